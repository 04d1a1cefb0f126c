// What the wire alone costs: a WebSocket server with one write per socket and message, and nothing else. No tokens, no
// pings, no history, no queues. It reads commands on standard input, and answers each by one line of JSON:
//   steady PER_SECOND COUNT              messages to all, on time
//   burst JOINED SECONDS WINDOW UNIT     to all as fast as they are heard, JOINED of them in a frame and a write
//   feeds SECONDS WINDOW UNIT            one message to one socket after the other
// WINDOW is how many deliveries may be on their way, UNIT how many each byte on the control connection acknowledges.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "machine.h"

enum { MOST = 65536, BACKLOG = 1024, EVENTS = 512, FEEDS_AT_ONCE = 100, MESSAGE = 512, JOINED = 32 };
enum state { NEW, UPGRADED, MEMBER, CONTROL };
enum mode { IDLE, STEADY, BURST, FEEDS };

static unsigned char states[MOST];
static int members[MOST], member_count, poller, listener;
static char filler[201];

static struct {
  enum mode mode;
  long left, joined, window, unit, sent, heard, offset, at;
  double started, cpu, next, interval, ends;
} run;

static void watch(int fd) {
  struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
  if (epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event)) fail("epoll_ctl");
}

// A short write would be a reader that is behind: the window keeps that from happening.
static void put(int fd, const char *bytes, size_t length) {
  if (write(fd, bytes, length) != (ssize_t)length) fail("a socket took no more");
}

static size_t message(char *to, const char *channel) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return sprintf(to, "{\"push\":{\"channel\":\"%s\",\"pub\":{\"data\":{\"t\":%lld,\"text\":\"%s\"},\"offset\":%ld}}}", channel,
                 time.tv_sec * 1000000000LL + time.tv_nsec, filler, ++run.offset);
}

static size_t header(char *frame, size_t length) {
  frame[0] = (char)0x81;
  if (length < 126) {
    frame[1] = (char)length;
    return 2;
  }
  frame[1] = 126;
  frame[2] = (char)(length >> 8);
  frame[3] = (char)length;
  return 4;
}

static void put_text(int fd, const char *text, size_t length) {
  char frame[MESSAGE + 4];
  size_t at = header(frame, length);
  memcpy(frame + at, text, length);
  put(fd, frame, at + length);
}

static void to_all(long joined) {
  static char text[MESSAGE * JOINED], frame[MESSAGE * JOINED + 4];
  size_t length = 0;
  for (long one = 0; one < joined; one++) {
    if (one) text[length++] = '\n';
    length += message(text + length, "all");
  }
  size_t at = header(frame, length);
  memcpy(frame + at, text, length);
  for (int one = 0; one < member_count; one++) put(members[one], frame, at + length);
  run.sent += joined * member_count;
}

static void to_feeds(long count) {
  char text[MESSAGE], channel[32];
  while (count-- > 0) {
    int one = run.at++ % member_count;
    sprintf(channel, "feed:%d", one);
    put_text(members[one], text, message(text, channel));
    run.sent++;
  }
}

static void accept_all(void) {
  int on = 1, fd;
  while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    states[fd] = NEW;
    watch(fd);
  }
}

static void leave(int fd) {
  for (int one = 0; states[fd] == MEMBER && one < member_count; one++)
    if (members[one] == fd) members[one] = members[--member_count];
  close(fd);
}

// The requests of our own load come in one piece, each with the key of RFC 6455's example.
static void take(int fd) {
  static const char accepted[] =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
  static const char connected[] = "{\"id\":1,\"connect\":{}}";
  static char bytes[65536];
  ssize_t length = read(fd, bytes, sizeof bytes);
  if (length <= 0) {
    if (length == 0 || errno != EAGAIN) leave(fd);
  } else if (states[fd] == CONTROL) {
    run.heard += length * run.unit;
  } else if (states[fd] == NEW) {
    states[fd] = strncmp(bytes, "GET /control ", 13) ? UPGRADED : CONTROL;
    put(fd, accepted, sizeof accepted - 1);
  } else if (states[fd] == UPGRADED) {
    states[fd] = MEMBER;
    members[member_count++] = fd;
    put_text(fd, connected, sizeof connected - 1);
  }
}

static void finish(void) {
  long counted = run.mode == STEADY ? run.sent : run.heard;
  printf("{\"sent\":%ld,\"counted\":%ld,\"seconds\":%.6f,\"cpu\":%.6f}\n", run.sent, counted, now() - run.started,
         cpu() - run.cpu);
  fflush(stdout);
  run.mode = IDLE;
}

static void advance(void) {
  double time = now();
  if (run.mode == STEADY && time >= run.next) {
    to_all(1);
    run.next += run.interval;
    if (--run.left == 0) finish();
  } else if (run.mode == BURST || run.mode == FEEDS) {
    long open = run.window - (run.sent - run.heard);
    if (time >= run.ends) finish();
    else if (run.mode == BURST && open >= run.joined * member_count) to_all(run.joined);
    else if (run.mode == FEEDS && open > 0) to_feeds(open < FEEDS_AT_ONCE ? open : FEEDS_AT_ONCE);
  }
}

static int patience(void) {
  if (run.mode == IDLE) return -1;
  if (run.mode == STEADY) return run.next > now() ? (int)((run.next - now()) * 1000) + 1 : 0;
  return run.window - (run.sent - run.heard) >= (run.mode == BURST ? run.joined * member_count : 1) ? 0 : 50;
}

static void obey(void) {
  char line[256];
  ssize_t length = read(0, line, sizeof line - 1);
  if (length <= 0) exit(0);
  line[length] = 0;
  double seconds = 0, per_second = 1;
  memset(&run, 0, sizeof run);
  run.started = run.next = now();
  run.cpu = cpu();
  if (sscanf(line, "steady %lf %ld", &per_second, &run.left) == 2) run.mode = STEADY;
  else if (sscanf(line, "burst %ld %lf %ld %ld", &run.joined, &seconds, &run.window, &run.unit) == 4) run.mode = BURST;
  else if (sscanf(line, "feeds %lf %ld %ld", &seconds, &run.window, &run.unit) == 3) run.mode = FEEDS;
  run.interval = 1 / per_second;
  run.ends = run.started + seconds;
}

int main(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  signal(SIGPIPE, SIG_IGN);
  memset(filler, 'x', sizeof filler - 1);
  poller = epoll_create1(0);
  listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, BACKLOG)) fail("listen");
  getsockname(listener, (struct sockaddr *)&address, &size);
  watch(listener);
  watch(0);
  printf("{\"port\":%d}\n", ntohs(address.sin_port));
  fflush(stdout);
  for (;;) {
    struct epoll_event events[EVENTS];
    int count = epoll_wait(poller, events, EVENTS, patience());
    for (int one = 0; one < count; one++) {
      int fd = events[one].data.fd;
      if (fd == listener) accept_all();
      else if (fd == 0) obey();
      else take(fd);
    }
    advance();
  }
}
