// Temporary files, whole files, and programs.
#pragma once

#include <string>
#include <vector>

namespace nvrtc {

// A new folder under the system's folder for temporary files; deleted with all its files.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

// False when the file is missing or unreadable.
bool read_file(const std::string& path, std::string& bytes);
bool write_file(const std::string& path, const std::string& bytes);
// Written beside its place and renamed, so that nobody ever sees half a file.
bool write_atomically(const std::string& path, const std::string& bytes);

// Exit status of a program found by PATH, -1 when it could not run. Its messages go to `log`.
int run_program(const std::vector<std::string>& arguments, const std::string& log_file,
                std::string& log);

}  // namespace nvrtc
