#include "kernel_names.h"

#include <cctype>

namespace nvrtc {

namespace {

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// Reads a text word by word.
class Reader {
 public:
  Reader(const std::string& text, size_t position) : text_(text), position_(position) {}

  // The next word or single sign; "" at the end.
  std::string next() {
    while (position_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[position_]))) {
      position_++;
    }
    size_t begin = position_;
    while (position_ < text_.size() && is_word(text_[position_])) {
      position_++;
    }
    if (begin == position_ && position_ < text_.size()) {
      position_++;
    }
    return text_.substr(begin, position_ - begin);
  }

  // After an opening parenthesis: the text up to its closing one, which is passed.
  std::string in_parentheses() {
    size_t begin = position_;
    int depth = 1;
    while (position_ < text_.size() && depth > 0) {
      depth += text_[position_] == '(' ? 1 : text_[position_] == ')' ? -1 : 0;
      position_++;
    }
    return depth > 0 ? "" : text_.substr(begin, position_ - 1 - begin);
  }

 private:
  const std::string& text_;
  size_t position_;
};

// Text up to the first comma outside parentheses.
std::string first_argument(const std::string& arguments) {
  int depth = 0;
  for (size_t i = 0; i < arguments.size(); i++) {
    depth += arguments[i] == '(' ? 1 : arguments[i] == ')' ? -1 : 0;
    if (depth == 0 && arguments[i] == ',') {
      return arguments.substr(0, i);
    }
  }
  return arguments;
}

// The kernel whose declaration goes on at the reader; no name when it is none or has no body.
KernelName read_kernel(Reader reader) {
  KernelName kernel{"", "0"};
  for (std::string word = reader.next(), before; !word.empty(); before = word, word = reader.next()) {
    if (word == "__launch_bounds__" && reader.next() == "(") {
      kernel.max_threads = first_argument(reader.in_parentheses());
    } else if (word == "(") {
      reader.in_parentheses();
      kernel.name = reader.next() == "{" ? before : "";
      return kernel;
    } else if (!is_word(word[0])) {
      return kernel;
    }
  }
  return kernel;
}

}  // namespace

std::vector<KernelName> find_kernels(const std::string& text) {
  static const std::string kMark = "__global__";
  std::vector<KernelName> kernels;
  for (size_t at = text.find(kMark); at != std::string::npos; at = text.find(kMark, at + 1)) {
    KernelName kernel = read_kernel(Reader(text, at + kMark.size()));
    if (!kernel.name.empty()) {
      kernels.push_back(kernel);
    }
  }
  return kernels;
}

}  // namespace nvrtc
