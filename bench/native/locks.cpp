// The same locks as native code, for tasklock bench locks --native: what the machine's cores can do without JavaScript.
//
//   locks pairs LOCK                                   nanoseconds of acquire and release when nobody contends
//   locks turns LOCK CPUS INSIDE_NS OUTSIDE_NS TOUCH MS   turns of each thread, after a ping-pong between the first two
//
// Prints one line of JSON. Sequence of operations and memory layout are those of src/machine/locks and src/lab/real.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <vector>

using Clock = std::chrono::steady_clock;
using Word = std::atomic<int>;
constexpr auto acquire = std::memory_order_acquire;
constexpr auto release = std::memory_order_release;
constexpr auto relaxed = std::memory_order_relaxed;

static inline void pause_cpu() { __builtin_ia32_pause(); }
static double since(Clock::time_point start) { return std::chrono::duration<double, std::nano>(Clock::now() - start).count(); }

struct alignas(128) Record {
  std::atomic<Record *> next{nullptr};
  Word waiting{0};
};

struct Tas {
  alignas(128) Word word{0};
  void lock(Record &) { while (word.exchange(1, acquire) != 0) pause_cpu(); }
  void unlock(Record &) { word.store(0, release); }
};

struct Ttas {
  alignas(128) Word word{0};
  void lock(Record &) {
    int away = 16;
    for (;;) {
      while (word.load(relaxed) != 0) pause_cpu();
      if (word.exchange(1, acquire) == 0) return;
      for (int i = 0; i < away; i++) asm volatile("");
      away = std::min(2 * away, 1024);
    }
  }
  void unlock(Record &) { word.store(0, release); }
};

struct Ticket {
  alignas(128) Word next{0};
  Word serving{0};
  void lock(Record &) {
    int ticket = next.fetch_add(1, relaxed);
    while (serving.load(acquire) != ticket) pause_cpu();
  }
  void unlock(Record &) { serving.store(serving.load(relaxed) + 1, release); }
};

struct Mcs {
  alignas(128) std::atomic<Record *> tail{nullptr};
  void lock(Record &me) {
    me.next.store(nullptr, relaxed);
    me.waiting.store(1, relaxed);
    Record *before = tail.exchange(&me, std::memory_order_acq_rel);
    if (before == nullptr) return;
    before->next.store(&me, release);
    while (me.waiting.load(acquire) != 0) pause_cpu();
  }
  void unlock(Record &me) {
    Record *next = me.next.load(acquire);
    if (next == nullptr) {
      Record *self = &me;
      if (tail.compare_exchange_strong(self, nullptr, std::memory_order_acq_rel)) return;
      while ((next = me.next.load(acquire)) == nullptr) pause_cpu();
    }
    next->waiting.store(0, release);
  }
};

struct alignas(128) Line { volatile int value = 0; };

static double turn_ns = 1;
static void delay(long turns) { for (long i = 0; i < turns; i++) asm volatile(""); }
static void calibrate() {
  double best = 1e18;
  for (int i = 0; i < 50; i++) {
    auto start = Clock::now();
    for (int j = 0; j < 200; j++) delay(100);
    best = std::min(best, since(start) / 20000);
  }
  turn_ns = std::max(best, 0.01);
}

template <class Lock> static int pairs() {
  static Lock lock;
  static Record me;
  double best = 1e18;
  for (int window = 0; window < 60; window++) {
    auto start = Clock::now();
    for (int i = 0; i < 5000; i++) {
      lock.lock(me);
      lock.unlock(me);
    }
    best = std::min(best, since(start) / 5000);
  }
  std::printf("{\"ns\":%.3f}\n", best);
  return 0;
}

template <class Lock> static int turns(int cpus, double inside_ns, double outside_ns, int touch, double ms) {
  static Lock lock;
  static Line stop, token_line, data[64];
  static std::atomic<int> arrived{0}, token{0}, finished{0};
  calibrate();
  long inside = inside_ns / turn_ns, outside = outside_ns / turn_ns;
  std::vector<long> counts(cpus);
  double trip = 0;
  auto work = [&](int cpu) {
    static thread_local Record me;
    arrived.fetch_add(1);
    while (arrived.load() < cpus) pause_cpu();
    if (cpus > 1 && cpu < 2) {
      const int trips = 4000;
      auto start = Clock::now();
      for (int i = 0; i < trips; i++) {
        while (token.load(acquire) != 2 * i + cpu) pause_cpu();
        token.store(2 * i + cpu + 1, release);
      }
      if (cpu == 0) trip = since(start) / trips;
    }
    finished.fetch_add(1);
    while (finished.load() < cpus) pause_cpu();
    long done = 0;
    while (stop.value == 0) {
      lock.lock(me);
      for (int line = 0; line < touch; line++) data[line].value = data[line].value + 1;
      delay(inside);
      lock.unlock(me);
      delay(outside);
      done++;
    }
    counts[cpu] = done;
  };
  std::vector<std::thread> threads;
  for (int cpu = 0; cpu < cpus; cpu++) threads.emplace_back(work, cpu);
  while (finished.load() < cpus) std::this_thread::sleep_for(std::chrono::microseconds(200));
  auto start = Clock::now();
  std::this_thread::sleep_for(std::chrono::duration<double, std::milli>(ms));
  stop.value = 1;
  for (auto &thread : threads) thread.join();
  double seconds = since(start) / 1e9;
  long sum = 0;
  std::printf("{\"turns\":[");
  for (int cpu = 0; cpu < cpus; cpu++) {
    std::printf("%s%ld", cpu ? "," : "", counts[cpu]);
    sum += counts[cpu];
  }
  std::printf("],\"seconds\":%.6f,\"pingPongNs\":%.1f}\n", seconds, trip);
  return touch > 0 && data[0].value != (int)sum;
}

template <class Lock> static int run(int argc, char **argv) {
  if (!std::strcmp(argv[1], "pairs")) return pairs<Lock>();
  if (argc < 8) return 2;
  return turns<Lock>(std::atoi(argv[3]), std::atof(argv[4]), std::atof(argv[5]), std::min(64, std::atoi(argv[6])), std::atof(argv[7]));
}

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  if (!std::strcmp(argv[2], "tas")) return run<Tas>(argc, argv);
  if (!std::strcmp(argv[2], "ttas")) return run<Ttas>(argc, argv);
  if (!std::strcmp(argv[2], "ticket")) return run<Ticket>(argc, argv);
  if (!std::strcmp(argv[2], "mcs")) return run<Mcs>(argc, argv);
  return 2;
}
