/* fanload - many screens and many voters in one process, for bench/fanload.py.
 *
 * Screens are Socket.IO clients that follow one stream; voters send commands by HTTP POST on kept
 * connections, each when it is due whatever became of those before (open loop).  A command is known
 * again by its number: the answer's seqs[stream] and the "seq" of the events that arrive.  "Last
 * screen" is the time from when a change was due until its event is on the last of all screens.
 *
 *   fanload --url U [--url U]... --stream S --epoch E --after N --place P --screens FILE --voters FILE
 *           [--offer-compression] [--pid N]... [--core N]
 *
 * A line of the file of screens is a Cookie header, one for each screen; of the file of voters
 * "cookie <tab> csrf token <tab> topic".  Orders come on stdin, a line each; each is answered by one
 * line of JSON:
 *
 *   connect P                      all screens that are not connected, P at a time (0: all at once)
 *   stage RATE SECONDS WARMUP LIMIT DRAIN PRESENCE TICK
 *                                  votes; ends early once p99 must be over LIMIT ms; besides, PRESENCE
 *                                  messages a second, and a GET /healthz every TICK ms (0: none)
 *   freeze K                       the last K screens read no more
 *   cut                            all screens are cut off at once
 *   quit
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <math.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum kind { SCREEN, VOTER, TICKER, ORDERS };
enum state { AWAY, COMING, UPGRADED, FOLLOWS, LOST };

/* A connection and what has come of a message that is not here as a whole. */
struct line { int fd; char *held; size_t size, room; };
struct screen {
    struct line line;
    const char *cookie;
    enum state state;
    long last;
    double begun;
    int frozen, here;
};
struct voter {
    struct line line;
    char *head, *topic, *sent;
    size_t sent_size;
    int server, value;
    long change;
};

static struct { char host[32]; int port; } servers[16];
static int n_servers, pids[16], n_pids;
static const char *stream, *epoch = "", *place;
static int offers_compression;
static long after;

static struct screen *screens;
static int n_screens, n_following, n_lost, n_coming, n_frozen;
static struct voter *voters;
static int n_voters, *idle, idle_first, n_idle;
static int polls;
static char seen_in_answer[128];

/* The stage under way: a change by its place in the order, a receipt by its number in the stream. */
static double *due, *answered, *arrived;
static long *number;
static uint32_t *receipts;
static long changes, sent, first_number, n_numbers, expected, complete, n_answered, refused;
static long gaps, twice, strays, deliveries, messages, caught_up;
static long long bytes;

static struct line ticker;
static double tick_asked, *ticks;
static long n_ticks, most_ticks;

static char in[1 << 22];

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

static void fail(const char *format, ...) {
    va_list rest;
    va_start(rest, format);
    fputs("fanload: ", stderr);
    vfprintf(stderr, format, rest);
    va_end(rest);
    fputc('\n', stderr);
    exit(2);
}

static void *need(void *memory) {
    if (!memory) fail("out of memory");
    return memory;
}

static double used_by_servers(void) {
    double seconds = 0;
    for (int i = 0; i < n_pids; i++) {
        char path[64], text[1024];
        unsigned long user = 0, kernel = 0;
        snprintf(path, sizeof path, "/proc/%d/stat", pids[i]);
        FILE *file = fopen(path, "r");
        if (!file) fail("server %d is gone", pids[i]);
        text[fread(text, 1, sizeof text - 1, file)] = 0;
        fclose(file);
        char *rest = strrchr(text, ')');
        if (rest) sscanf(rest + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &kernel);
        seconds += (double)(user + kernel) / sysconf(_SC_CLK_TCK);
    }
    return seconds;
}

static double used_here(void) {
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return u.ru_utime.tv_sec + u.ru_stime.tv_sec + (u.ru_utime.tv_usec + u.ru_stime.tv_usec) * 1e-6;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double percentile(double *sorted, long n, double part) {
    long k = (long)ceil(part * n) - 1;
    return n ? sorted[k < 0 ? 0 : k] : 0;
}

/* Connections */

static void listen_to(struct line *line, enum kind kind, int index, uint32_t events, int how) {
    struct epoll_event e = {.events = events, .data.u64 = (uint64_t)index << 2 | kind};
    if (epoll_ctl(polls, how, line->fd, &e) < 0) fail("epoll: %s", strerror(errno));
}

static void dial(struct line *line, enum kind kind, int index, int server) {
    int one = 1;
    line->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (line->fd < 0) fail("socket: %s", strerror(errno));
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(servers[server].port)};
    inet_pton(AF_INET, servers[server].host, &a.sin_addr);
    if (connect(line->fd, (void *)&a, sizeof a) < 0) fail("cannot connect: %s", strerror(errno));
    setsockopt(line->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    line->size = 0;
    listen_to(line, kind, index, EPOLLIN, EPOLL_CTL_ADD);
}

static void hang_up(struct line *line) {
    if (line->fd >= 0) close(line->fd);
    line->fd = -1;
    line->size = 0;
}

/* What is sent here is far smaller than what the kernel takes of an idle connection. */
static void say(struct line *line, const char *text, size_t size) {
    if (send(line->fd, text, size, MSG_NOSIGNAL | MSG_DONTWAIT) != (ssize_t)size && errno != EPIPE && errno != ECONNRESET)
        fail("the server takes no more: %s", strerror(errno));
}

/* Everything that is here of a connection, in front of it what was kept of last time; 0 when it ended. */
static size_t hear(struct line *line) {
    if (line->size) memcpy(in, line->held, line->size);
    ssize_t came = recv(line->fd, in + line->size, sizeof in - line->size - 1, MSG_DONTWAIT);
    if (came < 0 && (errno == EAGAIN || errno == EINTR)) return line->size;
    if (came <= 0) return 0;
    bytes += came;
    size_t size = line->size + came;
    in[size] = 0;
    return size;
}

static void keep(struct line *line, const char *rest, size_t size) {
    if (size > line->room) line->held = need(realloc(line->held, line->room = size * 2));
    memcpy(line->held, rest, size);
    line->size = size;
}

/* Screens */

static void tell(struct screen *s, const char *text) {
    static const char mask[4] = {0};
    char frame[2048];
    size_t size = strlen(text), o = 0;
    frame[o++] = (char)0x81;
    if (size < 126) frame[o++] = (char)(0x80 | size);
    else {
        frame[o++] = (char)(0x80 | 126);
        frame[o++] = (char)(size >> 8);
        frame[o++] = (char)size;
    }
    memcpy(frame + o, mask, 4);
    memcpy(frame + o + 4, text, size);
    say(&s->line, frame, o + 4 + size);
}

static void lose(struct screen *s, const char *why) {
    if (n_lost++ < 5) fprintf(stderr, "fanload: screen %d is lost in state %d: %s\n", (int)(s - screens), s->state, why);
    if (s->state == FOLLOWS) n_following--;
    else n_coming--;
    s->state = LOST;
    hang_up(&s->line);
}

static void come(struct screen *s) {
    int i = s - screens, server = i % n_servers;
    char text[4096];
    s->state = COMING;
    s->begun = now();
    n_coming++;
    dial(&s->line, SCREEN, i, server);
    int size = snprintf(text, sizeof text,
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: %s:%d\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Key: d2Vya3N0YXR0IGJlbmNoIQ==\r\nSec-WebSocket-Version: 13\r\n"
        "Origin: http://%s:%d\r\nCookie: %s\r\n%s\r\n",
        servers[server].host, servers[server].port, servers[server].host, servers[server].port, s->cookie,
        offers_compression ? "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n" : "");
    say(&s->line, text, size);
}

static void subscribe(struct screen *s) {
    char text[1024];
    snprintf(text, sizeof text, "420[\"subscribe\",{\"stream\":\"%s\",\"epoch\":\"%s\",\"after\":%ld}]", stream, epoch, s->last);
    tell(s, text);
}

static void receive(struct screen *s, long seq, double at) {
    if (seq <= s->last) twice++;
    else if (seq != s->last + 1) gaps++;
    if (seq > s->last) s->last = seq;
    deliveries++;
    long k = seq - first_number;
    if (k < 0 || k >= n_numbers) strays++;
    else if (!s->frozen && ++receipts[k] == expected) {
        arrived[k] = at;
        complete++;
    }
}

static long numbers(struct screen *s, const char *text, const char *end, double at) {
    long n = 0;
    while ((text = memmem(text, end - text, "\"seq\":", 6))) {
        char *rest;
        receive(s, strtol(text + 6, &rest, 10), at);
        text = rest;
        n++;
    }
    return n;
}

static void told(struct screen *s, const char *text, size_t size, double at) {
    static const char events[] = "42[\"events\"";
    if (size >= sizeof events - 1 && !memcmp(text, events, sizeof events - 1)) {
        messages++;
        numbers(s, text, text + size, at);
    } else if (size == 1 && *text == '2') tell(s, "3");
    else if (size > 1 && text[0] == '0' && text[1] == '{') tell(s, "40");
    else if (size > 1 && text[0] == '4' && text[1] == '0') subscribe(s);
    else if (size > 2 && !memcmp(text, "430", 3)) {
        if (!memmem(text, size, "\"ok\":true", 9) || memmem(text, size, "\"reset\":true", 12)) {
            lose(s, "it may not follow");
            return;
        }
        caught_up += numbers(s, text, text + size, at);
        if (memmem(text, size, "\"more\":true", 11)) subscribe(s);
        else if (s->state == UPGRADED) {
            s->state = FOLLOWS;
            n_coming--;
            n_following++;
            s->begun = at - s->begun;
        }
    } else if (size > 1 && text[0] == '4' && (text[1] == '1' || text[1] == '4')) lose(s, "Socket.IO was ended");
}

static void screen_hears(struct screen *s) {
    size_t size = hear(&s->line), o = 0;
    double at = now();
    if (!size) {
        lose(s, "the server hung up");
        return;
    }
    if (s->state == COMING) {
        char *end = memmem(in, size, "\r\n\r\n", 4);
        if (!end) {
            keep(&s->line, in, size);
            return;
        }
        if (!memmem(in, 12, " 101", 4)) {
            lose(s, "it was turned away");
            return;
        }
        *end = 0;
        if (strcasestr(in, "permessage-deflate")) fail("the server compresses");
        o = end + 4 - in;
        s->state = UPGRADED;
    }
    while (s->state != LOST && size - o >= 2) {
        unsigned char *b = (unsigned char *)in + o;
        size_t head = 2, length = b[1] & 127;
        if (length == 126) {
            if (size - o < 4) break;
            length = b[2] << 8 | b[3];
            head = 4;
        } else if (length == 127) {
            if (size - o < 10) break;
            length = 0;
            for (int i = 2; i < 10; i++) length = length << 8 | b[i];
            head = 10;
        }
        if (length > sizeof in / 2) fail("a message of %zu bytes", length);
        if (size - o < head + length) break;
        if ((b[0] & 15) == 8) lose(s, "the server closed");
        else if ((b[0] & 15) == 1) told(s, in + o + head, length, at);
        o += head + length;
    }
    if (s->state != LOST) keep(&s->line, in + o, size - o);
}

/* Voters */

static void uuid(char *text) {
    uint32_t r[4];
    if (getrandom(r, sizeof r, 0) != sizeof r) fail("no random numbers");
    sprintf(text, "%08x-%04x-4%03x-a%03x-%04x%08x", r[0], r[1] & 0xffff, r[1] >> 16 & 0xfff, r[2] & 0xfff, r[2] >> 16, r[3]);
}

static void vote(struct voter *v, long change) {
    char id[40], body[512];
    uuid(id);
    v->value = !v->value;
    v->change = change;
    int size = snprintf(body, sizeof body,
        "{\"id\":\"%s\",\"name\":\"ballot.mark\",\"place\":\"%s\",\"body\":{\"topic\":\"%s\",\"value\":%d}}",
        id, place, v->topic, v->value);
    v->sent_size = sprintf(v->sent, "%s%d\r\n\r\n%s", v->head, size, body);
    if (v->line.fd < 0) dial(&v->line, VOTER, v - voters, v->server);
    say(&v->line, v->sent, v->sent_size);
}

/* The length of the first HTTP answer in `in` with its body, or 0 when it is not here as a whole. */
static size_t whole_answer(size_t size, char **body) {
    char *end = memmem(in, size, "\r\n\r\n", 4);
    if (!end) return 0;
    char *length = strcasestr(in, "\r\ncontent-length:");
    if (!length || length > end) fail("an answer without a length: %.200s", in);
    *body = end + 4;
    size_t whole = *body - in + strtol(length + 17, NULL, 10);
    return whole <= size ? whole : 0;
}

static void voter_hears(struct voter *v) {
    char *body;
    size_t size = hear(&v->line);
    if (!size) { /* it was idle for too long; what was under way is sent again, with the same id */
        hang_up(&v->line);
        if (v->change < 0) return;
        dial(&v->line, VOTER, v - voters, v->server);
        say(&v->line, v->sent, v->sent_size);
        return;
    }
    size_t whole = whole_answer(size, &body);
    if (!whole) {
        keep(&v->line, in, size);
        return;
    }
    char *seq = strstr(body, seen_in_answer);
    if (memmem(in, 12, " 200", 4) && seq) {
        number[v->change] = strtol(seq + strlen(seen_in_answer), NULL, 10);
        answered[v->change] = now();
        n_answered++;
        if (!expected) complete++;
    } else if (refused++ < 3) fprintf(stderr, "fanload: refused: %.300s\n", in);
    v->line.size = 0;
    v->change = -1;
    idle[(idle_first + n_idle++) % n_voters] = v - voters;
}

/* Ticker: how long the process keeps somebody waiting who asks for next to nothing. */

static void tick(void) {
    char text[160];
    int size = snprintf(text, sizeof text, "GET /healthz HTTP/1.1\r\nHost: %s:%d\r\n\r\n", servers[0].host, servers[0].port);
    if (ticker.fd < 0) dial(&ticker, TICKER, 0, 0);
    tick_asked = now();
    say(&ticker, text, size);
}

static void ticker_hears(void) {
    char *body;
    size_t size = hear(&ticker);
    if (!size) {
        hang_up(&ticker);
        return;
    }
    if (!whole_answer(size, &body)) {
        keep(&ticker, in, size);
        return;
    }
    ticker.size = 0;
    if (tick_asked && n_ticks < most_ticks) ticks[n_ticks++] = now() - tick_asked;
    tick_asked = 0;
}

/* Returns whether there is an order on stdin. */
static int wait_until(double until) {
    struct epoll_event came[64];
    double left = until - now();
    int n = epoll_wait(polls, came, 64, left <= 0.001 ? 0 : left > 1 ? 1000 : (int)(left * 1000)), ordered = 0;
    for (int i = 0; i < n; i++) {
        int index = came[i].data.u64 >> 2;
        switch ((enum kind)(came[i].data.u64 & 3)) {
        case SCREEN: if (screens[index].line.fd >= 0) screen_hears(&screens[index]); break;
        case VOTER: voter_hears(&voters[index]); break;
        case TICKER: ticker_hears(); break;
        case ORDERS: ordered = 1; break;
        }
    }
    return ordered;
}

/* Orders */

static void connect_all(int at_once) {
    double *took = need(malloc(n_screens * sizeof *took)), begun = now(), used = used_by_servers(), until = begun + 120;
    int next = 0, came = 0, lost = n_lost;
    long missed = caught_up;
    char *is_new = need(calloc(n_screens, 1));
    while ((next < n_screens || n_coming) && now() < until) {
        while (next < n_screens && (!at_once || n_coming < at_once)) {
            struct screen *s = &screens[next];
            if (s->state == AWAY || s->state == LOST) {
                is_new[next] = 1;
                come(s);
            }
            next++;
        }
        wait_until(now() + 0.02);
    }
    double seconds = now() - begun;
    for (int i = 0; i < n_screens; i++)
        if (is_new[i] && screens[i].state == FOLLOWS) took[came++] = screens[i].begun;
    qsort(took, came, sizeof *took, ascending);
    printf("{\"came\":%d,\"following\":%d,\"lost\":%d,\"seconds\":%.4f,\"p50_ms\":%.2f,\"p99_ms\":%.2f,\"caught_up\":%ld,\"server_cpu\":%.3f}\n",
        came, n_following, n_lost - lost, seconds, percentile(took, came, .5) * 1e3, percentile(took, came, .99) * 1e3,
        caught_up - missed, used_by_servers() - used);
    free(took);
    free(is_new);
}

static void cut(void) {
    struct linger at_once = {1, 0};
    for (int i = 0; i < n_screens; i++) {
        struct screen *s = &screens[i];
        if (s->line.fd >= 0) setsockopt(s->line.fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        hang_up(&s->line);
        if (s->state != LOST) s->state = AWAY;
    }
    n_following = 0;
    printf("{\"cut\":%d}\n", n_screens);
}

static void freeze(int k) {
    int little = 4096;
    for (int i = n_screens - k; i < n_screens; i++) {
        struct screen *s = &screens[i];
        if (s->state != FOLLOWS || s->frozen) continue;
        s->frozen = 1;
        n_frozen++;
        setsockopt(s->line.fd, SOL_SOCKET, SO_RCVBUF, &little, sizeof little);
        listen_to(&s->line, SCREEN, i, 0, EPOLL_CTL_MOD);
    }
    printf("{\"frozen\":%d}\n", n_frozen);
}

static void present(void) {
    struct screen *s = &screens[random() % (n_screens - n_frozen)];
    char text[512];
    if (s->state != FOLLOWS) return;
    s->here = !s->here;
    snprintf(text, sizeof text, "421[\"presence\",{\"stream\":\"%s\",\"here\":%s}]", stream, s->here ? "true" : "false");
    tell(s, text);
}

static double waited(long k, double at) {
    if (!answered[k]) return at - due[k];
    if (!expected) return answered[k] - due[k];
    long seq = number[k] - first_number;
    int is_complete = seq >= 0 && seq < n_numbers && arrived[seq] > 0;
    return (is_complete ? arrived[seq] : at) - due[k];
}

static void stage(double rate, double seconds, double warmup, double limit, double drain, double presence, double every) {
    long warm = lround(rate * warmup), measured = lround(rate * seconds);
    changes = warm + measured;
    due = need(realloc(due, changes * sizeof *due));
    answered = need(realloc(answered, changes * sizeof *answered));
    number = need(realloc(number, changes * sizeof *number));
    memset(answered, 0, changes * sizeof *answered);
    first_number = 0;
    for (int i = 0; i < n_screens; i++) if (screens[i].last >= first_number) first_number = screens[i].last + 1;
    n_numbers = changes + 1000;
    arrived = need(realloc(arrived, n_numbers * sizeof *arrived));
    receipts = need(realloc(receipts, n_numbers * sizeof *receipts));
    memset(arrived, 0, n_numbers * sizeof *arrived);
    memset(receipts, 0, n_numbers * sizeof *receipts);
    expected = n_following - n_frozen;
    most_ticks = every > 0 ? (long)((seconds + warmup + drain) * 1e3 / every) + 10 : 0;
    ticks = need(realloc(ticks, (most_ticks + 1) * sizeof *ticks));
    sent = complete = n_answered = refused = gaps = twice = strays = n_ticks = 0;
    tick_asked = 0;
    int lost = n_lost, given_up = 0;
    double begun = now() + 0.02, from = begun, server = 0, own = 0, next_look = begun, next_presence = begun, next_tick = begun;
    long deliveries_then = deliveries, messages_then = messages;
    long long bytes_then = bytes;
    long most_late = measured - (long)ceil(.99 * measured);
    for (double t = now(); ; t = now()) {
        double next = begun + sent / rate;
        if (sent < changes && !given_up) {
            if (sent == warm && t >= next && !server) {
                server = used_by_servers(), own = used_here(), from = t;
                deliveries_then = deliveries, messages_then = messages, bytes_then = bytes;
            }
            if (t >= next && n_idle) {
                struct voter *v = &voters[idle[idle_first]];
                idle_first = (idle_first + 1) % n_voters, n_idle--;
                due[sent] = next;
                vote(v, sent++);
                if (sent % 16) continue;
            }
            if (t >= next) next = t + 0.0005;
        } else {
            if (n_answered + refused >= sent && complete >= n_answered) break;
            if (t > begun + sent / rate + drain) break;
            next = t + 0.02;
        }
        if (t >= next_look) {
            long late = 0;
            for (long k = warm; k < sent; k++) late += waited(k, t) * 1e3 > limit;
            given_up |= late > most_late;
            next_look = t + 0.1;
        }
        if (presence > 0 && t >= next_presence) present(), next_presence += 1 / presence;
        if (every > 0 && t >= next_tick && !tick_asked) tick(), next_tick = t + every / 1e3;
        if (presence > 0 && next_presence < next) next = next_presence;
        if (every > 0 && !tick_asked && next_tick < next) next = next_tick;
        wait_until(next);
    }
    double at = now(), span = at - from, *last = need(malloc(changes * sizeof *last)), *answer = need(malloc(changes * sizeof *answer));
    long n = 0, n_answers = 0, missing = 0;
    for (long k = warm; k < sent; k++) {
        last[n++] = waited(k, at);
        if (answered[k]) answer[n_answers++] = answered[k] - due[k];
    }
    for (long k = 0; k < sent; k++) missing += !answered[k] || (expected && !(number[k] - first_number < n_numbers && arrived[number[k] - first_number] > 0));
    qsort(last, n, sizeof *last, ascending);
    qsort(answer, n_answers, sizeof *answer, ascending);
    qsort(ticks, n_ticks, sizeof *ticks, ascending);
    deliveries_then = deliveries - deliveries_then;
    double used = used_by_servers() - server;
    printf("{\"rate\":%.2f,\"screens\":%ld,\"changes\":%ld,\"given_up\":%d,\"missing\":%ld,\"refused\":%ld,\"lost\":%d,\"gaps\":%ld,\"twice\":%ld,\"strays\":%ld,",
        rate, expected, sent - warm, given_up, missing, refused, n_lost - lost, gaps, twice, strays);
    printf("\"last_p50_ms\":%.3f,\"last_p99_ms\":%.3f,\"last_max_ms\":%.3f,\"answer_p50_ms\":%.3f,\"answer_p99_ms\":%.3f,",
        percentile(last, n, .5) * 1e3, percentile(last, n, .99) * 1e3, percentile(last, n, 1) * 1e3,
        percentile(answer, n_answers, .5) * 1e3, percentile(answer, n_answers, .99) * 1e3);
    printf("\"deliveries\":%ld,\"messages\":%ld,\"bytes\":%lld,\"seconds\":%.3f,\"server_cpu\":%.3f,\"client_cpu\":%.3f,\"cpu_per_delivery_us\":%.3f,",
        deliveries_then, messages - messages_then, bytes - bytes_then, span, used, used_here() - own,
        deliveries_then ? used / deliveries_then * 1e6 : 0);
    printf("\"ticks\":%ld,\"tick_p99_ms\":%.3f,\"tick_max_ms\":%.3f}\n", n_ticks, percentile(ticks, n_ticks, .99) * 1e3, percentile(ticks, n_ticks, 1) * 1e3);
    free(last);
    free(answer);
}

/* Preparations */

static void add_server(const char *url) {
    if (n_servers == 16 || sscanf(url, "http://%31[0-9.]:%d", servers[n_servers].host, &servers[n_servers].port) != 2)
        fail("only http://127.x.x.x:port, not %s", url);
    if (strncmp(servers[n_servers++].host, "127.", 4)) fail("only this machine");
}

static char **lines_of(const char *path, int *n) {
    char **lines = NULL, text[8192];
    FILE *file = fopen(path, "r");
    if (!file) fail("cannot read %s", path);
    for (*n = 0; fgets(text, sizeof text, file); ++*n) {
        text[strcspn(text, "\n")] = 0;
        lines = need(realloc(lines, (*n + 1) * sizeof *lines));
        lines[*n] = need(strdup(text));
    }
    fclose(file);
    return lines;
}

static void prepare(const char *of_screens, const char *of_voters) {
    char **lines = lines_of(of_screens, &n_screens);
    screens = need(calloc(n_screens + 1, sizeof *screens));
    for (int i = 0; i < n_screens; i++) {
        screens[i].line.fd = -1;
        screens[i].cookie = lines[i];
        screens[i].last = after;
    }
    lines = lines_of(of_voters, &n_voters);
    voters = need(calloc(n_voters + 1, sizeof *voters));
    idle = need(calloc(n_voters + 1, sizeof *idle));
    for (int i = 0; i < n_voters; i++) {
        struct voter *v = &voters[i];
        char *cookie = strtok(lines[i], "\t"), *csrf = strtok(NULL, "\t");
        v->topic = strtok(NULL, "\t");
        if (!v->topic) fail("line %d of the voters", i + 1);
        v->line.fd = v->change = -1;
        v->server = i % n_servers;
        if (asprintf(&v->head,
            "POST /live/commands HTTP/1.1\r\nHost: %s:%d\r\nCookie: %s\r\nOrigin: http://%s:%d\r\nX-CSRFToken: %s\r\n"
            "Content-Type: application/json\r\nContent-Length: ",
            servers[v->server].host, servers[v->server].port, cookie, servers[v->server].host,
            servers[v->server].port, csrf) < 0) fail("out of memory");
        v->sent = need(malloc(strlen(v->head) + 600));
        idle[i] = i;
    }
    n_idle = n_voters;
    snprintf(seen_in_answer, sizeof seen_in_answer, "\"%s\":", stream);
}

int main(int argc, char **argv) {
    const char *of_screens = NULL, *of_voters = NULL;
    for (int i = 1; i < argc; i++) {
        const char *name = argv[i], *value = i + 1 < argc ? argv[i + 1] : "";
        if (!strcmp(name, "--offer-compression")) { offers_compression = 1; continue; }
        i++;
        if (!strcmp(name, "--url")) add_server(value);
        else if (!strcmp(name, "--stream")) stream = value;
        else if (!strcmp(name, "--epoch")) epoch = value;
        else if (!strcmp(name, "--after")) after = atol(value);
        else if (!strcmp(name, "--place")) place = value;
        else if (!strcmp(name, "--screens")) of_screens = value;
        else if (!strcmp(name, "--voters")) of_voters = value;
        else if (!strcmp(name, "--pid") && n_pids < 16) pids[n_pids++] = atoi(value);
        else if (!strcmp(name, "--core")) {
            cpu_set_t core;
            CPU_ZERO(&core);
            CPU_SET(atoi(value), &core);
            sched_setaffinity(0, sizeof core, &core);
        } else fail("there is no %s", name);
    }
    if (!n_servers || !stream || !place || !of_screens || !of_voters) fail("it needs --url, --stream, --place, --screens and --voters");
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    signal(SIGPIPE, SIG_IGN);
    polls = epoll_create1(EPOLL_CLOEXEC);
    ticker.fd = -1;
    prepare(of_screens, of_voters);
    struct line orders = {.fd = 0};
    listen_to(&orders, ORDERS, 0, EPOLLIN, EPOLL_CTL_ADD);
    setvbuf(stdin, NULL, _IONBF, 0);
    for (char order[256];;) {
        double a[7];
        if (!wait_until(now() + 1)) continue;
        if (!fgets(order, sizeof order, stdin)) return 0;
        if (sscanf(order, "connect %lf", a) == 1) connect_all((int)a[0]);
        else if (sscanf(order, "freeze %lf", a) == 1) freeze((int)a[0]);
        else if (sscanf(order, "stage %lf %lf %lf %lf %lf %lf %lf", a, a + 1, a + 2, a + 3, a + 4, a + 5, a + 6) == 7)
            stage(a[0], a[1], a[2], a[3], a[4], a[5], a[6]);
        else if (!strcmp(order, "cut\n")) cut();
        else if (!strcmp(order, "quit\n")) return 0;
        else fail("no such order: %s", order);
        fflush(stdout);
    }
}
