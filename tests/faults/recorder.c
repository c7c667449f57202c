/* Preloaded into a server: writes down what it does to its database files, in order, with the contents.
 *
 * RECORD_FILES is the path of the database; what begins with it is recorded, and syncs of its folder.
 * RECORD_TO is the file that gets the records: struct record, then `length` bytes for a write.
 * The shared memory file is left out: no content of it outlives a power cut.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define MOST 65536
#define FOLDER 'd'
#define OTHER 0

struct record {
    char kind;    /* c created, w written, t truncated, s synced, u unlinked */
    char file;    /* m main, w write-ahead log, j journal, d their folder */
    char unused[6];
    uint64_t began; /* CLOCK_MONOTONIC in nanoseconds, before the call */
    uint64_t ended;
    uint64_t offset;
    uint64_t length;
};

static char kinds[MOST];
static const char *prefix;
static int to = -1;
static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;

#define REAL(name) __typeof__(&name) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("RECORD_TO");
    prefix = getenv("RECORD_FILES");
    if (path && prefix)
        to = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static uint64_t now(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (uint64_t)at.tv_sec * 1000000000u + at.tv_nsec;
}

static void put(const void *data, size_t length) {
    const char *left = data;
    while (length) {
        ssize_t put = syscall(SYS_write, to, left, length);
        if (put < 0)
            abort(); /* a record with a hole would prove anything */
        left += put;
        length -= put;
    }
}

static void note(char kind, char file, uint64_t began, uint64_t offset, const void *data, uint64_t length) {
    struct record told = {.kind = kind, .file = file, .began = began, .ended = now(), .offset = offset,
                          .length = length};
    int before = errno;
    put(&told, sizeof told);
    if (data)
        put(data, length);
    errno = before;
}

static char kind_of(const char *path) {
    size_t length = to < 0 ? 0 : strlen(prefix);
    if (!length || !path)
        return OTHER;
    if (!strncmp(path, prefix, length)) {
        const char *rest = path + length;
        return !*rest ? 'm' : !strcmp(rest, "-wal") ? 'w' : !strcmp(rest, "-journal") ? 'j' : OTHER;
    }
    const char *last = strrchr(prefix, '/');
    size_t folder = last - prefix;
    return strlen(path) == folder && !strncmp(path, prefix, folder) ? FOLDER : OTHER;
}

static char of(int fd) { return to >= 0 && fd >= 0 && fd < MOST ? kinds[fd] : OTHER; }

#define OPEN(name)                                                                                           \
    int name(const char *path, int flags, ...) {                                                             \
        REAL(name);                                                                                          \
        va_list more;                                                                                        \
        va_start(more, flags);                                                                               \
        mode_t mode = flags & O_CREAT ? va_arg(more, mode_t) : 0;                                            \
        va_end(more);                                                                                        \
        char file = kind_of(path);                                                                           \
        if (file == OTHER)                                                                                   \
            return real(path, flags, mode);                                                                  \
        pthread_mutex_lock(&one_at_a_time);                                                                  \
        uint64_t began = now();                                                                              \
        int is_new = flags & O_CREAT && syscall(SYS_faccessat, AT_FDCWD, path, F_OK) != 0;                   \
        int fd = real(path, flags, mode);                                                                    \
        if (fd >= 0 && fd < MOST)                                                                            \
            kinds[fd] = file;                                                                                \
        if (fd >= 0 && is_new)                                                                               \
            note('c', file, began, 0, NULL, 0);                                                              \
        pthread_mutex_unlock(&one_at_a_time);                                                                \
        return fd;                                                                                           \
    }
OPEN(open)
OPEN(open64)

int close(int fd) {
    REAL(close);
    if (of(fd) != OTHER)
        kinds[fd] = OTHER;
    return real(fd);
}

/* Does the call and writes it down; nothing of another thread comes in between. */
#define RECORDED(type, call, good, kind, offset, data, length)                                               \
    char file = of(fd);                                                                                      \
    if (file == OTHER)                                                                                       \
        return call;                                                                                         \
    pthread_mutex_lock(&one_at_a_time);                                                                      \
    uint64_t began = now();                                                                                  \
    type result = call;                                                                                      \
    if (good)                                                                                                \
        note(kind, file, began, offset, data, length);                                                       \
    pthread_mutex_unlock(&one_at_a_time);                                                                    \
    return result;

#define PWRITE(name, position)                                                                               \
    ssize_t name(int fd, const void *data, size_t length, position offset) {                                 \
        REAL(name);                                                                                          \
        RECORDED(ssize_t, real(fd, data, length, offset), result > 0, 'w', offset, data, result)             \
    }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

ssize_t write(int fd, const void *data, size_t length) {
    REAL(write);
    off_t offset = of(fd) == OTHER ? 0 : lseek(fd, 0, SEEK_CUR);
    RECORDED(ssize_t, real(fd, data, length), result > 0, 'w', offset, data, result)
}

#define TRUNCATE(name, position)                                                                             \
    int name(int fd, position length) {                                                                      \
        REAL(name);                                                                                          \
        RECORDED(int, real(fd, length), result == 0, 't', length, NULL, 0)                                   \
    }
TRUNCATE(ftruncate, off_t)
TRUNCATE(ftruncate64, off64_t)

int fsync(int fd) {
    REAL(fsync);
    RECORDED(int, real(fd), result == 0, 's', 0, NULL, 0)
}

int fdatasync(int fd) {
    REAL(fdatasync);
    RECORDED(int, real(fd), result == 0, 's', 0, NULL, 0)
}

int unlink(const char *path) {
    REAL(unlink);
    char file = kind_of(path);
    if (file == OTHER)
        return real(path);
    pthread_mutex_lock(&one_at_a_time);
    uint64_t began = now();
    int result = real(path);
    if (result == 0)
        note('u', file, began, 0, NULL, 0);
    pthread_mutex_unlock(&one_at_a_time);
    return result;
}
