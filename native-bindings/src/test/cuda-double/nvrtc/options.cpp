#include "options.h"

#include <algorithm>
#include <cstdlib>

namespace nvrtc {

const std::vector<int> kArchitectures{50, 52, 53, 60, 61, 62, 70, 72, 75, 80, 86, 87, 89, 90};

namespace {

// Known options without a value, and with one that changes nothing here.
const std::vector<std::string> kFlags{
    "--use_fast_math", "-use_fast_math", "--restrict", "-restrict", "--generate-line-info",
    "-lineinfo", "--device-debug", "-G", "--disable-warnings", "-w", "-default-device",
    "--device-as-default-execution-space", "--extra-device-vectorization",
    "-extra-device-vectorization", "--display-error-number", "-err-no",
    "--no-display-error-number", "-no-err-no", "--minimal", "-minimal"};
const std::vector<std::string> kValued{"--maxrregcount", "-maxrregcount", "--ptxas-options",
                                       "-Xptxas", "--diag-suppress", "-diag-suppress",
                                       "--relocatable-device-code", "-rdc"};
const std::vector<std::string> kSwitches{"--fmad", "-fmad", "--ftz", "-ftz", "--prec-div",
                                         "-prec-div", "--prec-sqrt", "-prec-sqrt"};

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool parse_architecture(const std::string& value, Options& parsed) {
  size_t mark = value.find('_');
  std::string kind = value.substr(0, mark);
  if (mark == std::string::npos || (kind != "sm" && kind != "compute")) {
    return false;
  }
  std::string digits = value.substr(mark + 1);
  if (digits == "90a") {
    digits = "90";
  }
  bool numeric = !digits.empty() && digits.find_first_not_of("0123456789") == std::string::npos;
  parsed.architecture = numeric ? std::atoi(digits.c_str()) : 0;
  parsed.real_architecture = kind == "sm";
  return std::find(kArchitectures.begin(), kArchitectures.end(), parsed.architecture) !=
         kArchitectures.end();
}

bool parse_valued(const std::string& name, const std::string& value, Options& parsed,
                  std::string& error) {
  if (name == "--gpu-architecture" || name == "-arch") {
    if (!parse_architecture(value, parsed)) {
      error = "nvrtc: error: invalid value for --gpu-architecture (-arch)\n";
    }
  } else if (contains(kSwitches, name)) {
    if (value != "true" && value != "false") {
      error = "nvrtc: error: " + name + " expects true or false\n";
    }
  } else if (name == "--std" || name == "-std") {
    parsed.standard = value;
  } else if (name == "--define-macro") {
    parsed.defines.push_back("-D" + value);
  } else if (name == "--undefine-macro") {
    parsed.defines.push_back("-U" + value);
  } else if (!contains(kValued, name)) {
    return false;
  }
  return true;
}

bool parse_option(const std::string& option, Options& parsed, std::string& error) {
  if (contains(kFlags, option)) {
    return true;
  }
  if (option.size() > 2 && (option.compare(0, 2, "-D") == 0 || option.compare(0, 2, "-U") == 0)) {
    parsed.defines.push_back(option);
    return true;
  }
  size_t equals = option.find('=');
  return equals != std::string::npos &&
         parse_valued(option.substr(0, equals), option.substr(equals + 1), parsed, error);
}

}  // namespace

bool parse_options(int count, const char* const* options, Options& parsed, std::string& error) {
  for (int i = 0; i < count; i++) {
    if (!parse_option(options[i], parsed, error)) {
      error = std::string("nvrtc: error: unrecognized option ") + options[i] + " found\n";
    }
    if (!error.empty()) {
      return false;
    }
  }
  return true;
}

}  // namespace nvrtc
