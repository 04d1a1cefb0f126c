// The load: connections that listen, count and time, on a core of their own. Arguments: PORT PATH FILE TOGETHER, where
// every line of FILE is what one connection says once it is open. Answers are lines of JSON: the first when all of them
// have got their connect reply, then one for each command on standard input:
//   begin UNIT    counts from nothing; every UNIT messages one byte goes over the control connection (0: never)
//   heard         how many messages came since
//   count         what came since: all of it
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "machine.h"

enum { MOST = 65536, EVENTS = 512, ROOM = 1 << 20, SAMPLES = 1 << 25, HELLO = 8192 };
enum state { UPGRADING, CONNECTING, READY, CONTROL };

static struct connection {
  unsigned char state;
  int number;
  char *rest;
  size_t rest_length;
} connections[MOST];

static char **hellos, *path;
static int hello_count, opened, ready, closed, poller, port, control = -1;
static long messages, frames, unit, acknowledged, samples;
static double started, cpu_before;
static unsigned *microseconds;
static char room[2 * ROOM];

static void put(int fd, const char *bytes, size_t length) {
  if (write(fd, bytes, length) != (ssize_t)length && errno != EPIPE && errno != ECONNRESET) fail("write");
}

// The mask is all zeros: it is there against proxies, and there are none here.
static void put_text(int fd, const char *text, size_t length) {
  char frame[HELLO + 8] = {(char)0x81, (char)(0x80 | (length < 126 ? length : 126))};
  size_t at = length < 126 ? 6 : 8;
  if (length >= 126) {
    frame[2] = (char)(length >> 8);
    frame[3] = (char)length;
  }
  memcpy(frame + at, text, length);
  put(fd, frame, at + length);
}

static int open_one(int number, const char *to) {
  struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int on = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
  if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address)) fail("connect");
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  fcntl(fd, F_SETFL, O_NONBLOCK);
  char request[512];
  put(fd, request,
      sprintf(request,
              "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
              to, port));
  connections[fd] = (struct connection){.state = UPGRADING, .number = number};
  struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
  if (epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event)) fail("epoll_ctl");
  return fd;
}

static void open_next(void) {
  if (opened < hello_count) {
    open_one(opened, path);
    opened++;
  }
}

static void is_ready(struct connection *one) {
  one->state = READY;
  if (++ready == hello_count) {
    printf("{\"seconds\":%.6f,\"cpu\":%.6f}\n", now() - started, cpu());
    fflush(stdout);
  }
  open_next();
}

static void hear(int fd, const char *line, size_t length) {
  struct connection *one = &connections[fd];
  if (length == 2) put_text(fd, "{}", 2);
  else if (one->state == CONNECTING) is_ready(one);
  else {
    const char *stamp = memmem(line, length, "\"t\":", 4);
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    messages++;
    if (stamp && samples < SAMPLES) {
      long late = time.tv_sec * 1000000000L + time.tv_nsec - strtol(stamp + 4, NULL, 10);
      microseconds[samples++] = late > 0 ? late / 1000 : 0;
    }
  }
}

static void take_frame(int fd, int opcode, const char *payload, size_t length) {
  if (opcode != 1) return;
  // Not of a ping alone.
  frames += length > 2;
  while (length > 0) {
    const char *end = memchr(payload, '\n', length);
    size_t line = end ? (size_t)(end - payload) : length;
    hear(fd, payload, line);
    if (!end) return;
    payload = end + 1;
    length -= line + 1;
  }
}

// How many bytes were whole frames.
static size_t take_frames(int fd, const unsigned char *bytes, size_t all) {
  size_t at = 0;
  while (all - at >= 2) {
    size_t length = bytes[at + 1] & 127, head = length < 126 ? 2 : length == 126 ? 4 : 10;
    if (all - at < head) break;
    if (head > 2) {
      length = 0;
      for (size_t byte = 2; byte < head; byte++) length = length << 8 | bytes[at + byte];
    }
    if (all - at < head + length) break;
    take_frame(fd, bytes[at] & 15, (const char *)bytes + at + head, length);
    at += head + length;
  }
  return at;
}

static void take(int fd) {
  struct connection *one = &connections[fd];
  if (one->rest) memcpy(room, one->rest, one->rest_length);
  ssize_t length = read(fd, room + one->rest_length, ROOM);
  if (length <= 0) {
    if (length < 0 && errno == EAGAIN) return;
    closed++;
    close(fd);
    return;
  }
  size_t all = one->rest_length + length, used = 0;
  free(one->rest);
  one->rest = NULL;
  one->rest_length = 0;
  if (one->state == UPGRADING) {
    char *end = memmem(room, all, "\r\n\r\n", 4);
    if (end) {
      if (strncmp(room, "HTTP/1.1 101", 12)) fail("not upgraded");
      used = end + 4 - room;
      one->state = fd == control ? CONTROL : CONNECTING;
      if (fd != control) put_text(fd, hellos[one->number], strlen(hellos[one->number]));
    }
  }
  if (one->state != UPGRADING) used += take_frames(fd, (unsigned char *)room + used, all - used);
  if (used == all) return;
  one->rest_length = all - used;
  one->rest = memcpy(malloc(all - used), room + used, all - used);
}

static int ascending(const void *one, const void *other) {
  unsigned a = *(const unsigned *)one, b = *(const unsigned *)other;
  return a < b ? -1 : a > b;
}

static void tell(void) {
  qsort(microseconds, samples, sizeof *microseconds, ascending);
  printf("{\"messages\":%ld,\"frames\":%ld,\"closed\":%d,\"cpu\":%.6f,\"p50\":%.3f,\"p99\":%.3f}\n", messages, frames, closed,
         cpu() - cpu_before, samples ? microseconds[samples / 2] / 1e3 : 0,
         samples ? microseconds[samples * 99 / 100] / 1e3 : 0);
  fflush(stdout);
}

static void obey(void) {
  char line[256];
  ssize_t length = read(0, line, sizeof line - 1);
  if (length <= 0) exit(0);
  line[length] = 0;
  if (!strncmp(line, "heard", 5)) {
    printf("{\"messages\":%ld}\n", messages);
    fflush(stdout);
    return;
  }
  if (sscanf(line, "begin %ld", &unit) != 1) {
    tell();
    return;
  }
  if (control < 0 && unit > 0) control = open_one(-1, "/control");
  messages = frames = acknowledged = samples = 0;
  cpu_before = cpu();
  puts("{}");
  fflush(stdout);
}

static void acknowledge(void) {
  static char bytes[4096];
  if (unit == 0 || connections[control].state != CONTROL) return;
  long due = messages / unit - acknowledged;
  if (due <= 0) return;
  if (due > (long)sizeof bytes) due = sizeof bytes;
  put(control, bytes, due);
  acknowledged += due;
}

static void read_hellos(const char *file) {
  FILE *from = fopen(file, "r");
  if (!from) fail(file);
  hellos = calloc(MOST, sizeof *hellos);
  size_t size = 0;
  ssize_t length;
  while (hello_count < MOST && (length = getline(&hellos[hello_count], &size, from)) > 0) {
    if (length > HELLO) exit(1);
    hellos[hello_count][length - 1] = 0;
    hello_count++;
    size = 0;
  }
  fclose(from);
}

int main(int count, char **arguments) {
  if (count != 5) return 2;
  signal(SIGPIPE, SIG_IGN);
  port = atoi(arguments[1]);
  path = arguments[2];
  read_hellos(arguments[3]);
  microseconds = malloc(SAMPLES * sizeof *microseconds);
  poller = epoll_create1(0);
  struct epoll_event input = {.events = EPOLLIN, .data.fd = 0};
  if (epoll_ctl(poller, EPOLL_CTL_ADD, 0, &input)) fail("epoll_ctl");
  started = now();
  for (int together = atoi(arguments[4]); together > 0; together--) open_next();
  for (;;) {
    struct epoll_event events[EVENTS];
    int some = epoll_wait(poller, events, EVENTS, -1);
    for (int one = 0; one < some; one++) {
      int fd = events[one].data.fd;
      if (fd == 0) obey();
      else take(fd);
    }
    acknowledge();
  }
}
