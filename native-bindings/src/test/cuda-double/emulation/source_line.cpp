#include "source_line.h"

#include <cstdio>
#include <map>
#include <utility>

namespace emulation {

namespace {

std::string ask(const std::string& object, size_t offset) {
  std::string command = "addr2line -s -e '" + object + "' ";
  char digits[32];
  std::snprintf(digits, sizeof digits, "0x%zx", offset);
  FILE* output = popen((command + digits + " 2>/dev/null").c_str(), "re");
  if (output == nullptr) {
    return "";
  }
  char line[512] = "";
  bool read = std::fgets(line, sizeof line, output) != nullptr;
  pclose(output);
  std::string text = line;
  text = text.substr(0, text.find_first_of(" \n"));
  return read && text.find('?') == std::string::npos ? " (" + text + ")" : "";
}

}  // namespace

std::string source_line(const dbl_launch& launch, const void* code) {
  static std::map<std::pair<std::string, size_t>, std::string> known;
  // A return address: the call before it is meant.
  size_t offset = static_cast<size_t>(static_cast<const char*>(code) - launch.image_begin) - 1;
  auto key = std::make_pair(std::string(launch.object), offset);
  auto found = known.find(key);
  if (found == known.end()) {
    found = known.emplace(key, ask(launch.object, offset)).first;
  }
  return found->second;
}

}  // namespace emulation
