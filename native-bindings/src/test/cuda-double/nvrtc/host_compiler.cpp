#include "host_compiler.h"

#include <dlfcn.h>

#include <cstdint>
#include <cstdio>
#include <filesystem>

#include "files.h"
#include "kernel_abi.h"
#include "kernel_names.h"

namespace nvrtc {

namespace {

const char* const kPrelude[] = {
#include "prelude_core.inc"
    ,
#include "prelude_math.inc"
    ,
#include "prelude_bits.inc"
};
const char* const kEpilogue =
#include "epilogue.inc"
    ;

// Folder of this library.
std::string own_folder() {
  Dl_info info{};
  if (dladdr(reinterpret_cast<const void*>(&kEpilogue), &info) == 0) {
    return ".";
  }
  std::error_code ignored;
  return std::filesystem::absolute(info.dli_fname, ignored).parent_path().string();
}

// FNV-1a, twice with different starts.
std::string hash(const std::string& text) {
  uint64_t first = 0xcbf29ce484222325u;
  uint64_t second = 0x84222325cbf29ce4u;
  for (unsigned char c : text) {
    first = (first ^ c) * 0x100000001b3u;
    second = (second ^ (c + 0x9eu)) * 0x100000001b3u;
  }
  char digits[40];
  std::snprintf(digits, sizeof digits, "%016llx%016llx", static_cast<unsigned long long>(first),
                static_cast<unsigned long long>(second));
  return digits;
}

std::string line_mark(const std::string& name) {
  std::string quoted;
  for (char c : name) {
    quoted += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
  }
  return "#line 1 \"" + quoted + "\"\n";
}

std::string prelude() {
  std::string text;
  for (const char* part : kPrelude) {
    text += part;
  }
  return text;
}

// The table of kernels and, for each, a function that runs its launches.
std::string table(const std::vector<KernelName>& kernels, const Options& options) {
  unsigned architecture = static_cast<unsigned>(options.architecture) +
                          (options.real_architecture ? 0 : DBL_VIRTUAL_ARCHITECTURE);
  std::string text = kEpilogue;
  std::string rows;
  for (size_t i = 0; i < kernels.size(); i++) {
    std::string run = "dbl_run_" + std::to_string(i);
    const std::string& name = kernels[i].name;
    std::string bound = "dbl_bound<&" + name + ">";
    text += "__attribute__((no_sanitize_thread)) static void " + run +
            "(void** params, dbl_dim3 grid, dbl_dim3 block, unsigned dynamic_bytes) {\n"
            "  dbl_launch launch = {\"" + name + "\", &" + bound +
            "::thread, params, grid, block, dynamic_bytes, (unsigned)(" + kernels[i].max_threads +
            "),\n      __bss_start, _end, __ehdr_start, _end, DBL_OBJECT};\n"
            "  dbl_emulate(&launch);\n}\n";
    rows += "  {\"" + name + "\", " + bound + "::count, " + bound + "::sizes, 0, &" + run + "},\n";
  }
  text += "static const dbl_kernel dbl_kernels[] = {\n" + rows + "  {nullptr, 0, nullptr, 0, nullptr}};\n";
  text += "static const dbl_kernel_table dbl_table = {" + std::to_string(DBL_KERNEL_ABI) + ", " +
          std::to_string(architecture) + ", " + std::to_string(kernels.size()) +
          ", dbl_kernels};\n"
          "extern \"C\" __attribute__((visibility(\"default\"))) const dbl_kernel_table* "
          "charlstm_kernel_table() { return &dbl_table; }\n";
  return text;
}

std::vector<std::string> base_command(const Options& options) {
  std::vector<std::string> command{"g++", "-nostdinc", "-nostdinc++", "-std=" + options.standard};
  command.insert(command.end(), options.defines.begin(), options.defines.end());
  return command;
}

// How sources are compiled: every access and every check becomes a call of the emulation.
const std::vector<std::string> kFlags{
    "-O1", "-g1", "-fPIC", "-fvisibility=hidden", "-ffp-contract=off", "-fwrapv",
    "-fno-strict-aliasing", "-fno-exceptions", "-fno-rtti", "-fno-tree-loop-distribute-patterns",
    "-fno-stack-protector", "-w", "-fsanitize=thread",
    "-fsanitize=bounds,shift,integer-divide-by-zero,alignment",
    "--param=tsan-instrument-func-entry-exit=0"};

// One compilation: its files and what it says.
class Compilation {
 public:
  Compilation(const std::string& source, const std::string& name, const Options& options)
      : source_(line_mark(name) + source + "\n"), options_(options) {}

  Compiled run() {
    Compiled result;
    std::string whole;
    result.ok = preprocess(whole) && build(whole, result.object);
    result.log = log_;
    return result;
  }

 private:
  // Finds the kernels, also those that macros define, and completes the source.
  bool preprocess(std::string& whole) {
    std::vector<std::string> command = base_command(options_);
    command.insert(command.end(), {"-E", "-P", "-x", "c++", "-o", folder_.file("plain.ii"),
                                   folder_.file("plain.cpp")});
    std::string text;
    if (!write_file(folder_.file("plain.cpp"), source_) || !run_step(command) ||
        !read_file(folder_.file("plain.ii"), text)) {
      return false;
    }
    whole = "#line 1 \"prelude\"\n" + prelude() + "namespace {\n" + source_ +
            "}\n#line 1 \"epilogue\"\n" + table(find_kernels(text), options_);
    return true;
  }

  bool build(const std::string& whole, std::string& object) {
    std::string folder = own_folder();
    std::vector<std::string> command = base_command(options_);
    command.insert(command.end(), kFlags.begin(), kFlags.end());
    std::string key = whole + folder;
    for (const std::string& part : command) {
      key += '\0' + part;
    }
    std::error_code ignored;
    std::filesystem::create_directory(folder + "/kernels", ignored);
    std::string kept = folder + "/kernels/" + hash(key) + ".so";
    if (read_file(kept, object) && !object.empty()) {
      return true;
    }
    command.insert(command.end(), {"-DDBL_OBJECT=\"" + kept + "\"", "-c", "-x", "c++", "-o",
                                   folder_.file("kernels.o"), folder_.file("kernels.cpp")});
    // Linked without the compiler's own sanitizer libraries: the emulation stands in for them.
    std::vector<std::string> link{"g++", "-shared", "-Wl,--no-undefined", "-o",
                                  folder_.file("kernels.so"), folder_.file("kernels.o"),
                                  "-L" + folder, "-l:libcharlstm_emulation.so",
                                  "-Wl,-rpath," + folder, "-lm"};
    if (!write_file(folder_.file("kernels.cpp"), whole) || !run_step(command) || !run_step(link) ||
        !read_file(folder_.file("kernels.so"), object)) {
      return false;
    }
    write_atomically(kept, object);
    return true;
  }

  bool run_step(const std::vector<std::string>& command) {
    std::string text;
    int status = run_program(command, folder_.file("log"), text);
    log_ += status < 0 ? "g++ could not be run\n" : text;
    return status == 0;
  }

  TemporaryFolder folder_;
  std::string source_;
  Options options_;
  std::string log_;
};

}  // namespace

Compiled compile(const std::string& source, const std::string& name, const Options& options) {
  return Compilation(source, name, options).run();
}

}  // namespace nvrtc
