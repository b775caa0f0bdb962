// Prints what cuDNN and cuBLASLt of a folder answer where they need no device: statuses FOLDER.
// Run on the real libraries and on the double, both must print the same.
#include <initializer_list>

#include "library.h"

int main(int count, char** arguments) {
  if (count != 2) {
    std::fprintf(stderr, "usage: statuses FOLDER\n");
    return 2;
  }
  statuses::print_cudnn(arguments[1]);
  statuses::print_cublaslt(arguments[1]);
  return 0;
}
