package io.charlstm.bindings.memory;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Census of the native handles and off-heap blocks that are open in this process. Tests end with
 * {@code count() == 0}. With {@code -Dcharlstm.debug.handles=true} it also remembers where each
 * open handle was created.
 */
public final class LiveHandles {
  private static final boolean TRACED = Boolean.getBoolean("charlstm.debug.handles");
  private static final Map<String, AtomicLong> COUNTS = new ConcurrentHashMap<>();
  private static final Set<Ticket> OPEN = ConcurrentHashMap.newKeySet();

  private LiveHandles() {}

  /** Registers one more open handle of a kind such as {@code "memory"}. */
  public static Ticket register(String kind) {
    AtomicLong count = COUNTS.computeIfAbsent(kind, _ -> new AtomicLong());
    count.incrementAndGet();
    Ticket ticket = new Ticket(kind, count, TRACED ? new Throwable(kind + " created here") : null);
    if (TRACED) {
      OPEN.add(ticket);
    }
    return ticket;
  }

  /** How many handles are open, of all kinds together. */
  public static long count() {
    return COUNTS.values().stream().mapToLong(AtomicLong::get).sum();
  }

  /** Open handles by kind, such as {@code {memory=3, stream=1}}; kinds with none are left out. */
  public static Map<String, Long> byKind() {
    Map<String, Long> open = new TreeMap<>();
    COUNTS.forEach((kind, count) -> open.put(kind, count.get()));
    open.values().removeIf(count -> count == 0);
    return open;
  }

  /** One line: how many are open, by kind. */
  public static String describe() {
    return "open native handles: " + (count() == 0 ? "none" : byKind().toString());
  }

  /** Where the open handles were created; empty unless tracing is switched on. */
  public static List<Throwable> creationPlaces() {
    return OPEN.stream().map(ticket -> ticket.place).toList();
  }

  /** One open handle's entry in the census. */
  public static final class Ticket {
    private final String kind;
    private final AtomicLong count;
    private final Throwable place;
    private final AtomicBoolean open = new AtomicBoolean(true);

    private Ticket(String kind, AtomicLong count, Throwable place) {
      this.kind = kind;
      this.count = count;
      this.place = place;
    }

    public String kind() {
      return kind;
    }

    public boolean isOpen() {
      return open.get();
    }

    /** Strikes the handle off; true for the one call that did it, so that only it may free. */
    public boolean close() {
      if (!open.compareAndSet(true, false)) {
        return false;
      }
      count.decrementAndGet();
      OPEN.remove(this);
      return true;
    }
  }
}
