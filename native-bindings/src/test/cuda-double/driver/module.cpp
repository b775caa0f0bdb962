// Modules: images are shared objects that the fake NVRTC made (kernel_abi.h).
#include "module.h"

#include <dlfcn.h>
#include <elf.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <string>

#include "driver.h"

namespace {

constexpr const char* kKind = "CUmodule";

#ifdef __aarch64__
constexpr int kMachine = EM_AARCH64;
#else
constexpr int kMachine = EM_X86_64;
#endif

using Table = const dbl_kernel_table* (*)();

std::map<CUmodule, std::unique_ptr<driver::Module>>& modules() {
  static auto* instance = new std::map<CUmodule, std::unique_ptr<driver::Module>>;
  return *instance;
}

// Bytes of an ELF image: its section headers stand at the end.
size_t image_bytes(const void* image) {
  const auto* header = static_cast<const Elf64_Ehdr*>(image);
  if (memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 || header->e_machine != kMachine) {
    return 0;
  }
  return header->e_shoff + size_t{header->e_shentsize} * header->e_shnum;
}

// Opens the image as a shared object; null when the loader does not take it.
void* open_image(const void* image, size_t bytes) {
  const char* folder = getenv("TMPDIR");
  std::string path = std::string(folder != nullptr ? folder : P_tmpdir) + "/charlstm-cubin-" +
                     std::string(6, 'X');  // mkstemp's pattern
  int file = mkstemp(path.data());
  if (file < 0) {
    return nullptr;
  }
  const char* from = static_cast<const char*>(image);
  bool written = true;
  for (size_t done = 0; done < bytes && written;) {
    ssize_t step = write(file, from + done, bytes - done);
    written = step > 0;
    done += written ? static_cast<size_t>(step) : 0;
  }
  close(file);
  void* library = written ? dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL) : nullptr;
  if (library == nullptr && written) {
    dbl::violation(std::string("a kernel image cannot be opened: ") + dlerror());
  }
  unlink(path.c_str());
  return library;
}

// As on a GPU: a cubin runs on its own major capability, and the same minor one or later; PTX also
// on all later ones.
bool runs_here(uint32_t architecture) {
  auto here = static_cast<uint32_t>(dbl::compute_capability());
  if (architecture > DBL_VIRTUAL_ARCHITECTURE) {
    return architecture - DBL_VIRTUAL_ARCHITECTURE <= here;
  }
  return architecture / 10 == here / 10 && architecture <= here;
}

CUresult load(CUmodule* handle, const void* image) {
  *handle = nullptr;
  if (CUresult status = dbl::forbid_in_capture(nullptr, "cuModuleLoadData")) {
    return status;
  }
  size_t bytes = image == nullptr ? 0 : image_bytes(image);
  void* library = bytes == 0 ? nullptr : open_image(image, bytes);
  if (library == nullptr) {
    return cudaErrorInvalidKernelImage;
  }
  auto table_of = reinterpret_cast<Table>(dlsym(library, "charlstm_kernel_table"));
  const dbl_kernel_table* table = table_of == nullptr ? nullptr : table_of();
  if (table == nullptr || table->abi_version != DBL_KERNEL_ABI || !runs_here(table->architecture)) {
    dlclose(library);
    return table == nullptr ? cudaErrorInvalidKernelImage : cudaErrorNoKernelImageForDevice;
  }
  auto module = std::make_unique<driver::Module>();
  module->library = std::shared_ptr<void>(library, [](void* open) { dlclose(open); });
  for (uint32_t i = 0; i < table->kernel_count; i++) {
    module->functions.push_back({&table->kernels[i], module->library, 48 * 1024});
  }
  *handle = reinterpret_cast<CUmodule>(module.get());
  dbl::handle_created(kKind, *handle);
  modules()[*handle] = std::move(module);
  return cudaSuccess;
}

const bool forgets_modules = [] {
  dbl::on_reset([] { modules().clear(); });
  return true;
}();

}  // namespace

driver::Function* driver::find_function(CUfunction handle) {
  for (auto& [key, module] : modules()) {
    for (Function& function : module->functions) {
      if (reinterpret_cast<CUfunction>(&function) == handle) {
        return &function;
      }
    }
  }
  dbl::violation("a kernel is used whose module is not loaded");
  return nullptr;
}

DBL_EXPORT CUresult cuModuleLoadData(CUmodule* module, const void* image) {
  DRIVER_CONTEXT_ENTRY("cuModuleLoadData");
  return load(module, image);
}

DBL_EXPORT CUresult cuModuleLoadDataEx(CUmodule* module, const void* image, unsigned, int*,
                                       void**) {
  DRIVER_CONTEXT_ENTRY("cuModuleLoadDataEx");
  return load(module, image);
}

DBL_EXPORT CUresult cuModuleUnload(CUmodule module) {
  DBL_RELEASE_ENTRY("cuModuleUnload");
  if (!dbl::handle_destroyed(kKind, module)) {
    return cudaErrorInvalidResourceHandle;
  }
  modules().erase(module);
  return dbl_entry.result(dbl::sticky_error());
}

DBL_EXPORT CUresult cuModuleGetFunction(CUfunction* function, CUmodule module, const char* name) {
  DRIVER_CONTEXT_ENTRY("cuModuleGetFunction");
  *function = nullptr;
  if (!dbl::handle_valid(kKind, module)) {
    return cudaErrorInvalidResourceHandle;
  }
  for (driver::Function& candidate : modules().at(module)->functions) {
    if (strcmp(candidate.kernel->name, name) == 0) {
      *function = reinterpret_cast<CUfunction>(&candidate);
      return cudaSuccess;
    }
  }
  return cudaErrorSymbolNotFound;
}
