// Sizes, addresses of weights, and the plan of the dynamic algorithm: answered at once, on the host.
#include "dropout.h"
#include "limits.h"
#include "rnn_call.h"
#include "status.h"
#include "temp_space.h"
#include "weight_space.h"

using namespace cudnn_double;

namespace {

// Describes a matrix or bias as 3-D (1, rows, columns) where asked for, and gives its address.
void describe(const WeightSpace::Part& part, int data_type, const void* space,
              TensorDescriptor* descriptor, void** address) {
  if (descriptor == nullptr || address == nullptr) {
    return;
  }
  const int rows = static_cast<int>(part.rows);
  const int columns = static_cast<int>(part.columns);
  descriptor->data_type = data_type;
  descriptor->dimensions = 3;
  const int sizes[] = {1, rows, columns};
  const int strides[] = {rows * columns, columns, 1};
  for (int i = 0; i < 3; i++) {
    descriptor->sizes[i] = sizes[i];
    descriptor->strides[i] = strides[i];
  }
  *address = const_cast<char*>(static_cast<const char*>(space)) + part.offset;
}

bool usable(TensorDescriptor* descriptor) {
  return descriptor == nullptr || dbl::handle_valid(kTensorKind, descriptor);
}

}  // namespace

int cudnnBuildRNNDynamic(cudnnHandle_t handle, cudnnRNNDescriptor_t descriptor, int batch) {
  DBL_DEVICE_ENTRY("cudnnBuildRNNDynamic", int, kExecutionFailed)
  CUDNN_REJECT(!dbl::handle_valid(kHandleKind, handle) || !dbl::handle_valid(kRnnKind, descriptor))
  CUDNN_REJECT(!descriptor->set || batch <= 0)
  if (dbl::forbid_in_capture(handle->stream, "cudnnBuildRNNDynamic") != cudaSuccess) {
    return fail(kExecutionFailedCudart, "cudnnBuildRNNDynamic during capture");
  }
  if (descriptor->algorithm != kPersistDynamic) {
    return fail(kNotSupported);
  }
  descriptor->dynamic_batch = batch;
  return kSuccess;
}

int cudnnGetRNNWeightSpaceSize(cudnnHandle_t handle, cudnnRNNDescriptor_t descriptor,
                               std::size_t* bytes) {
  DBL_ENTRY("cudnnGetRNNWeightSpaceSize", int)
  CUDNN_REJECT(!dbl::handle_valid(kHandleKind, handle) ||
               !dbl::handle_valid(kRnnKind, descriptor) || !bytes)
  const int status = check_network(*descriptor);
  if (status == kSuccess) {
    *bytes = WeightSpace(*descriptor).bytes();
  }
  return status;
}

int cudnnGetRNNWeightParams(cudnnHandle_t handle, cudnnRNNDescriptor_t descriptor,
                            std::int32_t pseudo_layer, std::size_t weight_bytes,
                            const void* weights, std::int32_t linear_id,
                            cudnnTensorDescriptor_t matrix_descriptor, void** matrix,
                            cudnnTensorDescriptor_t bias_descriptor, void** bias) {
  DBL_ENTRY("cudnnGetRNNWeightParams", int)
  CUDNN_REJECT(!dbl::handle_valid(kHandleKind, handle) || !dbl::handle_valid(kRnnKind, descriptor))
  const int status = check_network(*descriptor);
  if (status != kSuccess) {
    return status;
  }
  CUDNN_REJECT(weights == nullptr)
  CUDNN_REJECT(pseudo_layer < 0 || pseudo_layer >= descriptor->layers)
  CUDNN_REJECT(linear_id < 0 || linear_id > 7)
  CUDNN_REJECT(!usable(matrix_descriptor) || !usable(bias_descriptor))
  const WeightSpace space(*descriptor);
  CUDNN_REJECT(weight_bytes < space.bytes())
  describe(space.matrix(pseudo_layer, linear_id), descriptor->data_type, weights,
           matrix_descriptor, matrix);
  describe(space.bias(pseudo_layer, linear_id), descriptor->data_type, weights, bias_descriptor,
           bias);
  return kSuccess;
}

int cudnnGetRNNTempSpaceSizes(cudnnHandle_t handle, cudnnRNNDescriptor_t descriptor, int mode,
                              cudnnRNNDataDescriptor_t x_descriptor, std::size_t* work_bytes,
                              std::size_t* reserve) {
  DBL_ENTRY("cudnnGetRNNTempSpaceSizes", int)
  CUDNN_REJECT(!dbl::handle_valid(kHandleKind, handle) ||
               !dbl::handle_valid(kRnnKind, descriptor) ||
               !dbl::handle_valid(kRnnDataKind, x_descriptor))
  int status = check_network(*descriptor);
  if (status == kSuccess) {
    status = check_sequences(*descriptor, mode, *x_descriptor);
  }
  if (status != kSuccess) {
    return status;
  }
  const LstmShape shape = shape_of(*descriptor, *x_descriptor);
  const bool dropout = drops(*descriptor);
  if (work_bytes != nullptr) {
    *work_bytes = workspace_bytes(shape, mode == kTraining, dropout);
  }
  if (reserve != nullptr) {
    *reserve = mode == kTraining ? reserve_bytes(shape, dropout) : 0;
  }
  return kSuccess;
}
