package io.charlstm.runtime.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The timeouts only turn a deadlock into a failure. */
@Timeout(60)
class WorkersTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void everyWorkerRunsEveryJobAndBarriersSeparatePhases(int count) {
    AtomicIntegerArray first = new AtomicIntegerArray(count);
    AtomicInteger late = new AtomicInteger();
    try (Workers workers = new Workers(count, Workers.ThreadSetting.NONE)) {
      for (int job = 1; job <= 200; job++) {
        int expected = job;
        workers.run(
            worker -> {
              first.incrementAndGet(worker);
              workers.barrier();
              for (int i = 0; i < count; i++) {
                if (first.get(i) != expected) {
                  late.incrementAndGet();
                }
              }
              workers.barrier();
            });
      }
    }
    assertThat(late).hasValue(0);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void aFailureReachesTheCallerAndTheTeamGoesOn(int failing) {
    try (Workers workers = new Workers(3, Workers.ThreadSetting.NONE)) {
      for (int time = 0; time < 20; time++) {
        assertThatThrownBy(
                () ->
                    workers.run(
                        worker -> {
                          if (worker == failing) {
                            throw new IllegalArgumentException("worker " + worker);
                          }
                          workers.barrier();
                        }))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("worker " + failing);
        AtomicInteger ran = new AtomicInteger();
        workers.run(
            worker -> {
              workers.barrier();
              ran.incrementAndGet();
            });
        assertThat(ran).hasValue(3);
      }
    }
  }

  /** Many more threads than processors: who waits must leave them to the others. */
  @Test
  void groupsMeetByThemselves() {
    int groups = 4;
    int members = 4;
    AtomicIntegerArray met = new AtomicIntegerArray(groups);
    AtomicInteger late = new AtomicInteger();
    try (Workers workers = new Workers(groups * members, Workers.ThreadSetting.NONE)) {
      List<SpinBarrier> barriers =
          Stream.generate(() -> workers.group(members)).limit(groups).toList();
      workers.run(
          worker -> {
            int group = worker / members;
            // Groups differ in how often they meet.
            for (int time = 1; time <= 100 * (group + 1); time++) {
              met.incrementAndGet(group);
              workers.meet(barriers.get(group));
              if (met.get(group) != members * time) {
                late.incrementAndGet();
              }
              workers.meet(barriers.get(group));
            }
          });
    }
    assertThat(late).hasValue(0);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void aFailureFreesThoseWhoWaitInAGroup(int failing) {
    try (Workers workers = new Workers(4, Workers.ThreadSetting.NONE)) {
      SpinBarrier group = workers.group(3);
      for (int time = 0; time < 20; time++) {
        group.reset();
        assertThatThrownBy(
                () ->
                    workers.run(
                        worker -> {
                          if (worker == failing) {
                            throw new IllegalArgumentException("worker " + worker);
                          }
                          if (worker < 3) {
                            workers.meet(group);
                          }
                          workers.barrier();
                        }))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("worker " + failing);
      }
      group.reset();
      AtomicInteger ran = new AtomicInteger();
      workers.run(
          worker -> {
            if (worker < 3) {
              workers.meet(group);
            }
            ran.incrementAndGet();
          });
      assertThat(ran).hasValue(4);
    }
  }

  @Test
  void errorsPassUnchanged() {
    try (Workers workers = new Workers(2, Workers.ThreadSetting.NONE)) {
      assertThatThrownBy(
              () ->
                  workers.run(
                      worker -> {
                        if (worker == 1) {
                          throw new StackOverflowError("deep");
                        }
                      }))
          .isInstanceOf(StackOverflowError.class)
          .hasMessage("deep");
    }
  }

  @Test
  void aWorkerThatCannotStartFailsTheJob() {
    Thread caller = Thread.currentThread();
    AtomicInteger left = new AtomicInteger();
    try (Workers workers =
        new Workers(
            2,
            new Workers.ThreadSetting() {
              @Override
              public int enter() {
                if (Thread.currentThread() != caller) {
                  throw new IllegalStateException("no such library");
                }
                return 5;
              }

              @Override
              public void leave(int before) {
                left.set(before);
              }
            })) {
      assertThatThrownBy(() -> workers.run(worker -> workers.barrier()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("no such library");
    }
    assertThat(left).as("what the caller had is set again").hasValue(5);
  }

  @Test
  void sleepingWorkersWakeUp() throws InterruptedException {
    AtomicInteger ran = new AtomicInteger();
    try (Workers workers = new Workers(3, Workers.ThreadSetting.NONE)) {
      for (int job = 0; job < 5; job++) {
        Thread.sleep(20);
        workers.run(worker -> ran.incrementAndGet());
      }
    }
    assertThat(ran).hasValue(15);
  }

  @Test
  void closingEndsTheThreads() {
    Workers workers = new Workers(4, Workers.ThreadSetting.NONE);
    workers.run(worker -> {});
    workers.close();
    workers.close();
    assertThatThrownBy(() -> workers.run(worker -> {})).isInstanceOf(IllegalStateException.class);
    assertThat(workerThreads()).isEmpty();
  }

  private static Stream<Thread> workerThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("charlstm-worker"));
  }

  @Test
  void callersFromSeveralThreadsTakeTurns() throws InterruptedException {
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger overlaps = new AtomicInteger();
    try (Workers workers = new Workers(2, Workers.ThreadSetting.NONE)) {
      Runnable caller =
          () -> {
            for (int i = 0; i < 100; i++) {
              workers.run(
                  worker -> {
                    if (inside.incrementAndGet() > 2) {
                      overlaps.incrementAndGet();
                    }
                    workers.barrier();
                    inside.decrementAndGet();
                    workers.barrier();
                  });
            }
          };
      Thread other = Thread.ofPlatform().start(caller);
      caller.run();
      other.join();
    }
    assertThat(overlaps).hasValue(0);
  }
}
