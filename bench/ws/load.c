/*
 * Many subscribers of graphql-transport-ws in one thread, cheap enough not to be what is measured.
 *
 *     load PORT COUNT SCRIPT LEDGER
 *
 * SCRIPT has the `connection_init` message in its first line, and the `subscribe` message of each subscriber in the
 * lines that follow. LEDGER is a file that the publisher maps as well, with CAPACITY events: first when each was
 * published (int64, nanoseconds of CLOCK_MONOTONIC), then whom it is for (int32, the number of a subscriber,
 * EVERYBODY or NOBODY).
 *
 * A message that has a "version" tells of an event, whose number in the ledger is the version less FIRST_VERSION.
 *
 * When everybody has had a first message, one line of JSON says so. Then come commands, each answered with one line:
 *
 *     await TOTAL   answered when so many events have been delivered since the start
 *     nap US        from now on, sleep so long between looks at the sockets instead of waiting for them
 *     report        how late the deliveries since the last report came, and what CPU this program has used since
 *     check EVENTS  whether each subscriber has had, of so many events, just those that were for it
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "websocket.h"

#define CAPACITY (1 << 20)
#define EVERYBODY -1
#define NOBODY -2
#define FIRST_VERSION 1  /* of an order to which nothing has happened yet */
#define AT_ONCE 128      /* subscribers that are being set up at a time: enough to keep any server busy */
#define PATIENCE_S 120   /* for the whole setup */
#define COMMANDS UINT32_MAX /* stands for standard input, where epoll has the number of a subscriber */

enum state { UNUSED, CONNECTING, UPGRADING, INITIATING, SUBSCRIBING, LIVE };

struct subscriber {
    int fd;
    enum state state;
    int32_t newest;   /* number of the last event it was told of */
    int32_t received; /* how many it was told of */
    char *rest;       /* the beginning of a message of which more is to come */
    size_t rest_size;
};

struct ledger {
    int64_t published[CAPACITY];
    int32_t target[CAPACITY];
};

static struct subscriber *subscribers;
static int count, started, live;
static char **script;
static uint16_t port;
static const struct ledger *ledger;
static int poller;

static int64_t delivered, awaited;
static int64_t *latencies;
static size_t latency_count, latency_room;
static int64_t last_arrival;
static double cpu_reported;
static long nap_ns;

static void fail(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(1);
}

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

static double cpu_seconds(void) {
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return used.ru_utime.tv_sec + used.ru_stime.tv_sec + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

static void watch(int operation, int fd, uint32_t events, uint32_t who) {
    struct epoll_event event = {.events = events, .data.u32 = who};
    if (epoll_ctl(poller, operation, fd, &event) < 0)
        fail("epoll_ctl: %s", strerror(errno));
}

/* What a client sends is small and rare: a socket that cannot take it at once is a fault. */
static void send_all(int fd, const void *bytes, size_t size) {
    if (send(fd, bytes, size, MSG_NOSIGNAL) != (ssize_t)size)
        fail("send: %s", strerror(errno));
}

static void send_frame(int fd, int opcode, const char *payload, size_t size) {
    unsigned char frame[MOST_SENT + 16];
    if (size > MOST_SENT)
        fail("a message of %zu bytes is too long to be sent", size);
    send_all(fd, frame, write_frame(frame, opcode, payload, size));
}

static void start_connecting(int number) {
    struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons(port)};
    server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (fd < 0)
        fail("socket: %s; raise `ulimit -n`", strerror(errno));
    int yes = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (connect(fd, (struct sockaddr *)&server, sizeof server) < 0 && errno != EINPROGRESS)
        fail("connect: %s", strerror(errno));
    subscribers[number] = (struct subscriber){.fd = fd, .state = CONNECTING};
    watch(EPOLL_CTL_ADD, fd, EPOLLOUT, number);
}

static void start_more(void) {
    while (started < count && started - live < AT_ONCE)
        start_connecting(started++);
}

static void upgrade(int number) {
    struct subscriber *one = &subscribers[number];
    char request[512];
    int size = snprintf(request, sizeof request, UPGRADE_REQUEST, port);
    watch(EPOLL_CTL_MOD, one->fd, EPOLLIN, number);
    send_all(one->fd, request, size);
    one->state = UPGRADING;
}

static void keep_latency(int64_t nanoseconds) {
    if (latency_count == latency_room) {
        latency_room = latency_room ? 2 * latency_room : 1 << 16;
        latencies = realloc(latencies, latency_room * sizeof *latencies);
        if (!latencies)
            fail("no memory for %zu latencies", latency_room);
    }
    latencies[latency_count++] = nanoseconds;
}

/* One that comes twice, late or to somebody else ends the run at once; one that never comes is found by `check`. */
static void take_event(int number, int64_t event) {
    struct subscriber *one = &subscribers[number];
    if (event >= CAPACITY)
        fail("subscriber %d was told of event %lld, for which the ledger has no room", number, (long long)event);
    if (event <= one->newest)
        fail("subscriber %d was told of event %lld after %d", number, (long long)event, one->newest);
    if (ledger->target[event] != EVERYBODY && ledger->target[event] != number)
        fail("subscriber %d was told of event %lld, which is for %d", number, (long long)event, ledger->target[event]);
    one->newest = event;
    one->received++;
    delivered++;
    last_arrival = now();
    keep_latency(last_arrival - ledger->published[event]);
}

/* The version that a message has, or -1. */
static int64_t version_in(const char *text, size_t size) {
    static const char key[] = "\"version\":";
    const char *found = memmem(text, size, key, sizeof key - 1);
    if (!found)
        return -1;
    const char *end = text + size;
    const char *digit = found + sizeof key - 1;
    while (digit < end && *digit == ' ')
        digit++;
    int64_t version = 0;
    while (digit < end && *digit >= '0' && *digit <= '9')
        version = version * 10 + (*digit++ - '0');
    return version;
}

static bool has(const char *text, size_t size, const char *part) { return memmem(text, size, part, strlen(part)); }

static void take_message(int number, const char *text, size_t size) {
    struct subscriber *one = &subscribers[number];
    int64_t version = one->state >= SUBSCRIBING ? version_in(text, size) : -1;
    if (version > FIRST_VERSION) {
        if (one->state != LIVE)
            fail("subscriber %d was told of an event in its first message", number);
        take_event(number, version - FIRST_VERSION);
    } else if (one->state == INITIATING && has(text, size, "\"connection_ack\"")) {
        send_frame(one->fd, TEXT, script[number + 1], strlen(script[number + 1]));
        one->state = SUBSCRIBING;
    } else if (one->state == SUBSCRIBING && has(text, size, "\"next\"") && !has(text, size, "\"errors\"")) {
        one->state = LIVE;
        live++;
        start_more();
    } else if (one->state != LIVE || !has(text, size, "\"next\"")) {
        fail("subscriber %d did not expect: %.*s", number, (int)size, text);
    } /* else it is an order as it was before all events, or says only how far the log was looked through */
}

static void take_frame(int number, struct frame frame) {
    switch (frame.opcode) {
    case TEXT:
        take_message(number, frame.payload, frame.size);
        break;
    case PING:
        send_frame(subscribers[number].fd, PONG, frame.payload, frame.size);
        break;
    case CLOSE:
        fail("subscriber %d was closed: %.*s", number, (int)frame.size - 2, frame.payload + 2);
        break;
    default:
        fail("subscriber %d was sent a frame with opcode %d", number, frame.opcode);
    }
}

/* How much of the answer to the upgrade there is: 0 while its end is missing. */
static size_t take_upgrade(int number, const char *bytes, size_t size) {
    const char *end = memmem(bytes, size, "\r\n\r\n", 4);
    if (!end)
        return 0;
    if (size < 12 || memcmp(bytes, "HTTP/1.1 101", 12))
        fail("subscriber %d was not upgraded: %.*s", number, (int)(end - bytes), bytes);
    send_frame(subscribers[number].fd, TEXT, script[0], strlen(script[0]));
    subscribers[number].state = INITIATING;
    return end + 4 - bytes;
}

static void keep_rest(struct subscriber *one, const char *bytes, size_t size) {
    one->rest_size = size;
    if (size == 0)
        return;
    one->rest = realloc(one->rest, size);
    if (!one->rest)
        fail("no memory for %zu bytes", size);
    memcpy(one->rest, bytes, size);
}

static void take_bytes(int number) {
    static char bytes[1 << 20];
    struct subscriber *one = &subscribers[number];
    size_t kept = one->rest_size;
    if (kept)
        memcpy(bytes, one->rest, kept);
    ssize_t received = recv(one->fd, bytes + kept, sizeof bytes - kept, 0);
    if (received < 0 && errno == EAGAIN)
        return;
    if (received <= 0)
        fail("subscriber %d has lost its connection: %s", number, received ? strerror(errno) : "closed");
    size_t size = kept + received;
    size_t at = one->state == UPGRADING ? take_upgrade(number, bytes, size) : 0;
    struct frame frame;
    while (one->state != UPGRADING && (frame = read_frame(bytes + at, size - at)).whole) {
        take_frame(number, frame);
        at += frame.whole;
    }
    keep_rest(one, bytes + at, size - at);
}

static int by_size(const void *left, const void *right) {
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

static double percentile_us(double share) {
    return latency_count ? latencies[(size_t)((latency_count - 1) * share)] / 1e3 : 0;
}

static void report(void) {
    double cpu = cpu_seconds() - cpu_reported;
    qsort(latencies, latency_count, sizeof *latencies, by_size);
    printf("{\"deliveries\":%zu,\"p50_us\":%.1f,\"p99_us\":%.1f,\"max_us\":%.1f,\"cpu_s\":%.6f}\n", latency_count,
           percentile_us(0.5), percentile_us(0.99), percentile_us(1), cpu);
    latency_count = 0;
    cpu_reported = cpu_seconds();
}

static void check(int64_t events) {
    int64_t missing = 0;
    for (int64_t event = 1; event <= events; event++)
        missing += ledger->target[event] == EVERYBODY ? count : ledger->target[event] != NOBODY;
    /* None has had what was not for it, nor anything twice: that would have ended the run. */
    for (int number = 0; number < count; number++)
        missing -= subscribers[number].received;
    printf("{\"missing\":%lld}\n", (long long)missing);
}

static void answer_if_complete(void) {
    if (awaited < 0 || delivered < awaited)
        return;
    printf("{\"at\":%lld,\"delivered\":%lld}\n", (long long)last_arrival, (long long)delivered);
    awaited = -1;
}

static void obey(const char *command) {
    long long number = 0;
    if (sscanf(command, "await %lld", &number) == 1) {
        awaited = number;
    } else if (sscanf(command, "nap %lld", &number) == 1) {
        nap_ns = number * 1000;
        puts("{}");
    } else if (sscanf(command, "check %lld", &number) == 1) {
        check(number);
    } else if (!strncmp(command, "report", 6)) {
        report();
    } else {
        fail("unknown command: %s", command);
    }
}

/* One command at a time is sent, and the next only when it has been answered. */
static void take_command(void) {
    char command[64];
    ssize_t size = read(STDIN_FILENO, command, sizeof command - 1);
    if (size <= 0)
        exit(0);
    command[size] = 0;
    obey(command);
}

/*
 * Napping, the kernel never has to wake this program while the server sends to it. That would cost the server several
 * microseconds a message, which it does not pay for clients on other computers.
 */
static int wait_for_events(struct epoll_event *events, int most) {
    int found = epoll_wait(poller, events, most, nap_ns ? 0 : 1000);
    if (found || !nap_ns)
        return found;
    nanosleep(&(struct timespec){.tv_nsec = nap_ns}, NULL);
    return epoll_wait(poller, events, most, 0);
}

static void turn(void) {
    static struct epoll_event events[4096];
    int found = wait_for_events(events, sizeof events / sizeof *events);
    for (int i = 0; i < found; i++) {
        uint32_t who = events[i].data.u32;
        if (who == COMMANDS)
            take_command();
        else if (subscribers[who].state == CONNECTING)
            upgrade(who);
        else
            take_bytes(who);
    }
    answer_if_complete();
}

static void set_up(void) {
    int64_t begun = now();
    start_more();
    while (live < count) {
        turn();
        if (now() - begun > PATIENCE_S * INT64_C(1000000000))
            fail("after %d s only %d of %d had a first message", PATIENCE_S, live, count);
    }
    cpu_reported = cpu_seconds();
    printf("{\"seconds\":%.6f,\"cpu_s\":%.6f}\n", (now() - begun) / 1e9, cpu_reported);
}

static void read_script(const char *path) {
    FILE *file = fopen(path, "r");
    script = calloc(count + 1, sizeof *script);
    for (int line = 0; file && line <= count; line++) {
        size_t room = 0;
        ssize_t size = getline(&script[line], &room, file);
        if (size < 1)
            fail("%s has %d lines where %d are needed", path, line, count + 1);
        script[line][strcspn(script[line], "\n")] = 0;
    }
    if (!file)
        fail("%s: %s", path, strerror(errno));
    fclose(file);
}

static void map_ledger(const char *path) {
    int fd = open(path, O_RDONLY);
    void *mapped = fd < 0 ? MAP_FAILED : mmap(NULL, sizeof *ledger, PROT_READ, MAP_SHARED, fd, 0);
    if (mapped == MAP_FAILED)
        fail("%s: %s", path, strerror(errno));
    ledger = mapped;
}

int main(int argc, char **argv) {
    if (argc != 5)
        fail("usage: load PORT COUNT SCRIPT LEDGER");
    port = atoi(argv[1]);
    count = atoi(argv[2]);
    read_script(argv[3]);
    map_ledger(argv[4]);
    subscribers = calloc(count, sizeof *subscribers);
    poller = epoll_create1(0);
    awaited = -1;
    setvbuf(stdout, NULL, _IOLBF, 0);
    prctl(PR_SET_TIMERSLACK, 1UL); /* or a nap is 50 microseconds longer than asked for */
    set_up();
    watch(EPOLL_CTL_ADD, STDIN_FILENO, EPOLLIN, COMMANDS);
    for (;;)
        turn();
}
