// Exported functions of the fake NVRTC 12.6. Statuses and texts are those of the real library.
#include <cstring>
#include <string>

#include "core.h"
#include "host_compiler.h"

namespace {

enum : int {
  kSuccess = 0,
  kInvalidInput = 3,
  kInvalidProgram = 4,
  kInvalidOption = 5,
  kCompilation = 6,
};

const char* const kProgram = "nvrtcProgram";

struct Program {
  std::string source;
  std::string name;
  std::string log;
  std::string object;
  bool has_cubin = false;
};

bool is_program(const void* program) { return dbl::handle_valid(kProgram, program); }

// The call that gives a size, and the call that copies as many bytes.
int size_of(const Program* program, const std::string& bytes, size_t* size) {
  if (!is_program(program)) {
    return kInvalidProgram;
  }
  if (size == nullptr) {
    return kInvalidInput;
  }
  *size = bytes.size();
  return kSuccess;
}

int copy_of(const Program* program, const std::string& bytes, char* target) {
  if (!is_program(program)) {
    return kInvalidProgram;
  }
  if (target == nullptr) {
    return kInvalidInput;
  }
  std::memcpy(target, bytes.data(), bytes.size());
  return kSuccess;
}

const std::string& text_or_empty(const Program* program, const std::string Program::* member) {
  static const std::string empty;
  return is_program(program) ? program->*member : empty;
}

// With the terminating zero, which counts as part of a log.
std::string log_of(const Program* program) {
  return text_or_empty(program, &Program::log) + '\0';
}

std::string cubin_of(const Program* program) {
  return is_program(program) && program->has_cubin ? program->object : std::string();
}

// The object once more: the fake driver loads it like a cubin. Without one: just the zero.
std::string ptx_of(const Program* program) {
  return text_or_empty(program, &Program::object) + '\0';
}

}  // namespace

DBL_EXPORT int nvrtcVersion(int* major, int* minor) {
  DBL_ENTRY("nvrtcVersion", int);
  if (major == nullptr || minor == nullptr) {
    return kInvalidInput;
  }
  *major = 12;
  *minor = 6;
  return kSuccess;
}

DBL_EXPORT const char* nvrtcGetErrorString(int status) {
  static const char* const names[] = {"NVRTC_SUCCESS",
                                      "NVRTC_ERROR_OUT_OF_MEMORY",
                                      "NVRTC_ERROR_PROGRAM_CREATION_FAILURE",
                                      "NVRTC_ERROR_INVALID_INPUT",
                                      "NVRTC_ERROR_INVALID_PROGRAM",
                                      "NVRTC_ERROR_INVALID_OPTION",
                                      "NVRTC_ERROR_COMPILATION",
                                      "NVRTC_ERROR_BUILTIN_OPERATION_FAILURE",
                                      "NVRTC_ERROR_NO_NAME_EXPRESSIONS_AFTER_COMPILATION",
                                      "NVRTC_ERROR_NO_LOWERED_NAMES_BEFORE_COMPILATION",
                                      "NVRTC_ERROR_NAME_EXPRESSION_NOT_VALID",
                                      "NVRTC_ERROR_INTERNAL_ERROR",
                                      "NVRTC_ERROR_TIME_FILE_WRITE_FAILED"};
  bool known = status >= 0 && status < static_cast<int>(sizeof names / sizeof *names);
  return known ? names[status] : "NVRTC_ERROR unknown";
}

DBL_EXPORT int nvrtcGetNumSupportedArchs(int* count) {
  DBL_ENTRY("nvrtcGetNumSupportedArchs", int);
  if (count == nullptr) {
    return kInvalidInput;
  }
  *count = static_cast<int>(nvrtc::kArchitectures.size());
  return kSuccess;
}

DBL_EXPORT int nvrtcGetSupportedArchs(int* architectures) {
  DBL_ENTRY("nvrtcGetSupportedArchs", int);
  if (architectures == nullptr) {
    return kInvalidInput;
  }
  std::memcpy(architectures, nvrtc::kArchitectures.data(),
              nvrtc::kArchitectures.size() * sizeof(int));
  return kSuccess;
}

DBL_EXPORT int nvrtcCreateProgram(Program** program, const char* source, const char* name,
                                  int headers, const char* const*, const char* const*) {
  DBL_ENTRY("nvrtcCreateProgram", int);
  if (program == nullptr) {
    return kInvalidProgram;
  }
  if (source == nullptr || headers < 0) {
    return kInvalidInput;
  }
  if (headers > 0) {
    return kInvalidInput;  // kernels have no headers
  }
  *program = new Program{source, name == nullptr ? "default_program" : name, "", "", false};
  dbl::handle_created(kProgram, *program);
  return kSuccess;
}

DBL_EXPORT int nvrtcDestroyProgram(Program** program) {
  DBL_RELEASE_ENTRY("nvrtcDestroyProgram");
  if (program == nullptr || *program == nullptr ||
      !dbl::handle_destroyed(kProgram, *program)) {
    return kInvalidProgram;
  }
  delete *program;
  *program = nullptr;
  return DBL_RESULT(kSuccess, int);
}

DBL_EXPORT int nvrtcCompileProgram(Program* program, int count, const char* const* options) {
  DBL_ENTRY("nvrtcCompileProgram", int);
  if (!is_program(program)) {
    return kInvalidProgram;
  }
  program->log.clear();
  program->object.clear();
  nvrtc::Options parsed;
  if (!nvrtc::parse_options(count, options, parsed, program->log)) {
    return kInvalidOption;
  }
  nvrtc::Compiled compiled = nvrtc::compile(program->source, program->name, parsed);
  program->log = compiled.log;
  program->object = compiled.ok ? compiled.object : std::string();
  program->has_cubin = parsed.real_architecture;
  return compiled.ok ? kSuccess : kCompilation;
}

DBL_EXPORT int nvrtcGetProgramLogSize(Program* program, size_t* size) {
  DBL_ENTRY("nvrtcGetProgramLogSize", int);
  return size_of(program, log_of(program), size);
}

DBL_EXPORT int nvrtcGetProgramLog(Program* program, char* log) {
  DBL_ENTRY("nvrtcGetProgramLog", int);
  return copy_of(program, log_of(program), log);
}

DBL_EXPORT int nvrtcGetCUBINSize(Program* program, size_t* size) {
  DBL_ENTRY("nvrtcGetCUBINSize", int);
  return size_of(program, cubin_of(program), size);
}

DBL_EXPORT int nvrtcGetCUBIN(Program* program, char* cubin) {
  DBL_ENTRY("nvrtcGetCUBIN", int);
  return copy_of(program, cubin_of(program), cubin);
}

DBL_EXPORT int nvrtcGetPTXSize(Program* program, size_t* size) {
  DBL_ENTRY("nvrtcGetPTXSize", int);
  return size_of(program, ptx_of(program), size);
}

DBL_EXPORT int nvrtcGetPTX(Program* program, char* ptx) {
  DBL_ENTRY("nvrtcGetPTX", int);
  return copy_of(program, ptx_of(program), ptx);
}
