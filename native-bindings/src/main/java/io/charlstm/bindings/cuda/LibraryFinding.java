package io.charlstm.bindings.cuda;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What was found out about one library, or about the GPU.
 *
 * @param library its name for people
 * @param path the file; empty when none was found, or when the system's loader found it
 * @param version empty text when it is not known
 * @param problem why it is not usable; empty when it is
 * @param cure what to do about the problem
 */
public record LibraryFinding(
    String library,
    Optional<Path> path,
    String version,
    Optional<String> problem,
    Optional<String> cure) {}
