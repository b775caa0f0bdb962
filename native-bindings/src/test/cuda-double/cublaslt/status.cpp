// Version and texts of status codes.
#include "api.h"

namespace {

struct Text {
  int status;
  const char* name;
  const char* meaning;
};

constexpr Text kTexts[] = {
    {0, "CUBLAS_STATUS_SUCCESS", "success"},
    {1, "CUBLAS_STATUS_NOT_INITIALIZED", "the library was not initialized"},
    {3, "CUBLAS_STATUS_ALLOC_FAILED", "the resource allocation failed"},
    {7, "CUBLAS_STATUS_INVALID_VALUE",
     "an unsupported value or parameter was passed to the function"},
    {8, "CUBLAS_STATUS_ARCH_MISMATCH",
     "the function requires an architectural feature absent from the device"},
    {11, "CUBLAS_STATUS_MAPPING_ERROR", "an access to GPU memory space failed"},
    {13, "CUBLAS_STATUS_EXECUTION_FAILED", "the function failed to launch on the GPU"},
    {14, "CUBLAS_STATUS_INTERNAL_ERROR", "an internal operation failed"},
    {15, "CUBLAS_STATUS_NOT_SUPPORTED", "the requested functionality is not supported"},
    {16, "CUBLAS_STATUS_LICENSE_ERROR", "the license check failed"},
};

constexpr Text kUnknown{-1, "unrecognized status", "unrecognized status"};

const Text& text_of(int status) {
  for (const Text& text : kTexts) {
    if (text.status == status) {
      return text;
    }
  }
  return kUnknown;
}

}  // namespace

std::size_t cublasLtGetVersion() { return 120603; }

const char* cublasLtGetStatusName(int status) { return text_of(status).name; }

const char* cublasLtGetStatusString(int status) { return text_of(status).meaning; }
