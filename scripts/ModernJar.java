import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * Gives the classes of a jar the stack maps that class files have had since Java 6. The JVM cannot
 * take older ones over from a recorded start-up, and verifies them slowly each time; the code stays
 * the same. A jar for which that fails is left as it is.
 *
 * <p>Usage: {@code java scripts/ModernJar.java JAR}
 */
final class ModernJar {
  private static final int FIRST_WITH_STACK_MAPS = 50;

  private final Map<String, byte[]> entries = new LinkedHashMap<>();
  private final ClassFile format =
      ClassFile.of(
          ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
          ClassFile.ConstantPoolSharingOption.NEW_POOL,
          ClassFile.ClassHierarchyResolverOption.of(
              ClassHierarchyResolver.ofResourceParsing(
                      type -> {
                        String name = type.descriptorString();
                        byte[] found =
                            entries.get(name.substring(1, name.length() - 1) + ".class");
                        return found == null ? null : new ByteArrayInputStream(found);
                      })
                  .orElse(ClassHierarchyResolver.defaultResolver())));

  private ModernJar() {}

  public static void main(String[] arguments) throws IOException {
    Path jar = Path.of(arguments[0]);
    ModernJar modern = new ModernJar();
    modern.read(jar);
    modern.entries.replaceAll(modern::modernized);
    Path written = jar.resolveSibling(jar.getFileName() + ".new");
    try {
      modern.write(written);
      Files.move(written, jar, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(written);
    }
  }

  private void read(Path jar) throws IOException {
    try (ZipInputStream in = new ZipInputStream(Files.newInputStream(jar))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        entries.put(entry.getName(), in.readAllBytes());
      }
    }
  }

  private void write(Path jar) throws IOException {
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar))) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        out.putNextEntry(new ZipEntry(entry.getKey()));
        out.write(entry.getValue());
      }
    }
  }

  private byte[] modernized(String name, byte[] bytes) {
    if (!name.endsWith(".class")) {
      return bytes;
    }
    ClassModel old = format.parse(bytes);
    if (old.majorVersion() >= FIRST_WITH_STACK_MAPS) {
      return bytes;
    }
    // Code that is handed on as a whole would be copied without stack maps.
    byte[] modern =
        format.transformClass(
            old,
            new Version().andThen(ClassTransform.transformingMethodBodies((to, one) -> to.with(one))));
    if (!format.verify(modern).isEmpty()) {
      throw new IllegalStateException(name + ": " + format.verify(modern));
    }
    return modern;
  }

  /** A class of a version whose files have stack maps. */
  private static final class Version implements ClassTransform {
    @Override
    public void atStart(ClassBuilder to) {
      to.withVersion(ClassFile.JAVA_8_VERSION, 0);
    }

    @Override
    public void accept(ClassBuilder to, ClassElement element) {
      if (!(element instanceof ClassFileVersion)) {
        to.with(element);
      }
    }
  }
}
