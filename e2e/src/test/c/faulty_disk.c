// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

/*
 * A disk that fails on command, for one process on 64-bit Linux: loaded by LD_PRELOAD, it stands between the process and
 * the files below one folder. FaultyDisk.java compiles and commands it, PowerCut.java reads what it notes.
 *
 *   FAULTY_DISK_FOLDER   the folder, a real path
 *   FAULTY_DISK_CONTROL  a file with a `struct control`, mapped; the test writes it while the process runs
 *   FAULTY_DISK_JOURNAL  a folder outside of the first, on the same file system: `journal` gets a record before each change
 *                        with what is needed to undo it, and one after each fsync; files that are deleted stay as `kept-N`
 *
 * Not seen: writes by mmap or fopen, and reads.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

/* All zero: a disk that works. ENOSPC fails what needs more room, any other error every write. */
struct control {
  volatile int64_t write_error, fsync_error, fsync_millis, no_room, clock_millis, hits;
  char only[64]; /* errors meet only paths that contain this */
};

enum kind { WRITE = 1, RESIZE, CREATE, REMOVE, RENAME, SYNC, SYNC_FAILED };

/* Followed by `bytes` bytes: the old content, or names that each end with a zero byte. */
struct record {
  int64_t kind, inode, other_inode, at, length, size, bytes;
};

static struct control *control;
static char folder[PATH_MAX], side[PATH_MAX - 64];
static size_t folder_length;
static int journal = -1;
static int64_t journal_end;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

__attribute__((constructor)) static void start(void) {
  const char *at = getenv("FAULTY_DISK_FOLDER"), *command = getenv("FAULTY_DISK_CONTROL"), *notes = getenv("FAULTY_DISK_JOURNAL");
  if (!at || !command || !notes) return;
  int file = syscall(SYS_openat, AT_FDCWD, command, O_RDWR | O_CLOEXEC, 0);
  control = mmap(NULL, sizeof(struct control), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  snprintf(side, sizeof side, "%s", notes);
  char name[PATH_MAX];
  snprintf(name, sizeof name, "%s/journal", side);
  int notebook = syscall(SYS_openat, AT_FDCWD, name, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0 || control == MAP_FAILED || notebook < 0) {
    perror("faulty_disk");
    _exit(99);
  }
  close(file);
  journal_end = lseek(notebook, 0, SEEK_END);
  snprintf(folder, sizeof folder, "%s", at);
  folder_length = strlen(folder);
  journal = notebook;
}

static void note(struct record r, const void *bytes) {
  r.bytes = bytes ? r.bytes : 0;
  struct iovec both[2] = {{&r, sizeof r}, {(void *)bytes, r.bytes}};
  if (syscall(SYS_writev, journal, both, 2) != (ssize_t)sizeof r + r.bytes) {
    perror("faulty_disk: journal");
    _exit(99);
  }
  journal_end += sizeof r + r.bytes;
}

static int is_below(const char *path) {
  return journal >= 0 && !strncmp(path, folder, folder_length) && (path[folder_length] == '/' || !path[folder_length]);
}

/* Whether a descriptor is of the folder, and which path it has now. */
static int is_ours(int fd, char *path) {
  if (journal < 0) return 0;
  char link[32];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t n = syscall(SYS_readlinkat, AT_FDCWD, link, path, PATH_MAX - 1);
  path[n < 0 ? 0 : n] = 0;
  return n > 0 && is_below(path);
}

/* The error that a change of this path meets now, or 0. */
static int error_of(int64_t error, const char *path, int needs_room) {
  if (!error || (error == ENOSPC && !needs_room) || !strstr(path, control->only)) return 0;
  __sync_fetch_and_add(&control->hits, 1);
  return error;
}

/* Notes a change of `length` bytes, or a new size if `length` is -1, with the bytes that it overwrites or cuts off. */
static void note_change(int fd, const struct stat *st, enum kind kind, off_t at, int64_t length) {
  int64_t old = at >= st->st_size ? 0 : length < 0 || at + length > st->st_size ? st->st_size - at : length;
  char link[32], *bytes = NULL;
  if (old) {
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    int reader = syscall(SYS_openat, AT_FDCWD, link, O_RDONLY | O_CLOEXEC, 0);
    bytes = malloc(old);
    if (reader < 0 || !bytes || syscall(SYS_pread64, reader, bytes, old, at) != old) {
      perror("faulty_disk: old bytes");
      _exit(99);
    }
    syscall(SYS_close, reader);
  }
  note((struct record){kind, st->st_ino, 0, at, length, st->st_size, old}, bytes);
  free(bytes);
}

static ssize_t put(int fd, const struct iovec *parts, int count, off_t at) {
  char path[PATH_MAX];
  struct stat st;
  int ours = is_ours(fd, path) && !fstat(fd, &st) && S_ISREG(st.st_mode), sync = 0;
  if (ours) {
    pthread_mutex_lock(&lock);
    fstat(fd, &st);
    int64_t length = 0, flags = fcntl(fd, F_GETFL);
    for (int i = 0; i < count; i++) length += parts[i].iov_len;
    off_t from = at >= 0 ? at : flags & O_APPEND ? st.st_size : lseek(fd, 0, SEEK_CUR);
    int error = error_of(control->write_error, path, from + length > st.st_size);
    if (error) {
      pthread_mutex_unlock(&lock);
      errno = error;
      return -1;
    }
    note_change(fd, &st, WRITE, from, length);
    sync = flags & O_DSYNC;
  }
  ssize_t result = at < 0 ? syscall(SYS_writev, fd, parts, count) : syscall(SYS_pwritev, fd, parts, count, at, 0L);
  if (ours) {
    int kept = errno;
    if (sync && result >= 0) note((struct record){SYNC, st.st_ino, 0, journal_end, 0, 0, 0}, NULL);
    pthread_mutex_unlock(&lock);
    errno = kept;
  }
  return result;
}

ssize_t write(int fd, const void *bytes, size_t n) { return put(fd, &(struct iovec){(void *)bytes, n}, 1, -1); }
ssize_t pwrite(int fd, const void *bytes, size_t n, off_t at) { return put(fd, &(struct iovec){(void *)bytes, n}, 1, at); }
ssize_t pwrite64(int fd, const void *bytes, size_t n, off_t at) { return pwrite(fd, bytes, n, at); }
ssize_t writev(int fd, const struct iovec *parts, int count) { return put(fd, parts, count, -1); }
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at) { return put(fd, parts, count, at); }
ssize_t pwritev64(int fd, const struct iovec *parts, int count, off_t at) { return put(fd, parts, count, at); }

/* The JDK and RocksDB copy by write() then. */
ssize_t sendfile64(int to, int from, off_t *at, size_t n) {
  char path[PATH_MAX];
  if (!is_ours(to, path)) return syscall(SYS_sendfile, to, from, at, n);
  errno = EINVAL;
  return -1;
}
ssize_t copy_file_range(int from, off_t *at, int to, off_t *to_at, size_t n, unsigned flags) {
  (void)from, (void)at, (void)to, (void)to_at, (void)n, (void)flags;
  errno = ENOSYS;
  return -1;
}

static int resize(int fd, off_t size, int64_t allocated_to, long call, long a, long b, long c) {
  char path[PATH_MAX];
  struct stat st;
  if (!is_ours(fd, path)) return syscall(call, fd, a, b, c);
  pthread_mutex_lock(&lock);
  fstat(fd, &st);
  int result = -1, error = error_of(control->write_error, path, allocated_to > st.st_size);
  if (!error && size >= 0 && size != st.st_size) note_change(fd, &st, RESIZE, size, -1);
  if (!error) result = syscall(call, fd, a, b, c);
  int kept = error ? error : errno;
  pthread_mutex_unlock(&lock);
  errno = kept;
  return result;
}

int ftruncate(int fd, off_t size) { return resize(fd, size, size, SYS_ftruncate, size, 0, 0); }
int ftruncate64(int fd, off_t size) { return ftruncate(fd, size); }
int fallocate(int fd, int mode, off_t at, off_t n) {
  struct stat st;
  off_t size = mode || fstat(fd, &st) || st.st_size >= at + n ? -1 : at + n;
  return resize(fd, size, mode & 2 ? 0 : at + n, SYS_fallocate, mode, at, n); /* 2: a hole is made */
}
int fallocate64(int fd, int mode, off_t at, off_t n) { return fallocate(fd, mode, at, n); }
int posix_fallocate(int fd, off_t at, off_t n) { return fallocate(fd, 0, at, n) ? errno : 0; }
int posix_fallocate64(int fd, off_t at, off_t n) { return posix_fallocate(fd, at, n); }

static int sync_file(int fd, long call) {
  char path[PATH_MAX];
  struct stat st;
  if (!is_ours(fd, path)) return syscall(call, fd);
  pthread_mutex_lock(&lock);
  fstat(fd, &st);
  int64_t before = journal_end; /* what is written from now on is not covered */
  pthread_mutex_unlock(&lock);
  int64_t millis = control->fsync_millis;
  if (millis) __sync_fetch_and_add(&control->hits, 1);
  nanosleep(&(struct timespec){millis / 1000, millis % 1000 * 1000000}, NULL);
  int error = error_of(control->fsync_error, path, 1), result = error ? -1 : syscall(call, fd), kept = error ? error : errno;
  pthread_mutex_lock(&lock);
  note((struct record){result ? SYNC_FAILED : SYNC, st.st_ino, 0, before, 0, 0, 0}, NULL);
  pthread_mutex_unlock(&lock);
  errno = kept;
  return result;
}

int fsync(int fd) { return sync_file(fd, SYS_fsync); }
int fdatasync(int fd) { return sync_file(fd, SYS_fdatasync); }

/* A name in its folder: the whole path, what follows the last '/', the inode of the folder and that of what it names, or 0. */
struct place {
  char path[2 * PATH_MAX];
  const char *name;
  struct stat in, of;
  int ours;
};

static void locate(int at, const char *path, struct place *p) {
  char base[PATH_MAX] = "";
  if (*path != '/' && at == AT_FDCWD && !getcwd(base, sizeof base)) return;
  if (*path != '/' && at != AT_FDCWD) is_ours(at, base);
  snprintf(p->path, sizeof p->path, "%s%s%s", base, *path == '/' ? "" : "/", path);
  char *cut = strrchr(p->path, '/');
  p->name = cut + 1;
  *cut = 0;
  p->ours = is_below(p->path) && !stat(p->path, &p->in);
  *cut = '/';
  if (!p->ours || lstat(p->path, &p->of)) p->of.st_ino = 0;
}

/* Keeps what a name stands for beyond its deletion; `kept` gets the name that it is kept by, or "". */
static void keep(const struct place *p, char kept[32]) {
  char path[PATH_MAX];
  *kept = 0;
  if (!p->of.st_ino || S_ISDIR(p->of.st_mode)) return;
  snprintf(kept, 32, "kept-%lld", (long long)journal_end);
  snprintf(path, sizeof path, "%s/%s", side, kept);
  if (syscall(SYS_linkat, AT_FDCWD, p->path, AT_FDCWD, path, 0)) *kept = 0;
}

static void note_name(enum kind kind, const struct place *p, const struct place *to, const char *kept) {
  char names[1024];
  const char *second = to ? to->name : "";
  int n = snprintf(names, sizeof names, "%s%c%s%c%s", p->name, 0, second, 0, kept) + 1;
  note((struct record){kind, p->in.st_ino, to ? (int64_t)to->in.st_ino : (int64_t)p->of.st_ino, 0, 0, 0, n}, names);
}

/* One change of names; `to` is only for a rename or a link. */
static int change_name(enum kind kind, int at, const char *path, int to_at, const char *to_path, long call, long a, long b, long c, long d, long e) {
  struct place *p = calloc(2, sizeof *p), *to = kind == RENAME ? p + 1 : NULL;
  char kept[32] = "";
  pthread_mutex_lock(&lock);
  locate(at, path, p);
  if (to) locate(to_at, to_path, to);
  int changes = p->ours && (kind == CREATE) == !p->of.st_ino; /* a file may be opened that is there */
  int result = -1, error = changes ? error_of(control->write_error, p->path, kind == CREATE) : 0;
  if (!error) {
    if (changes) {
      if (kind != CREATE) keep(to ? to : p, kept);
      note_name(kind, p, to, kept);
    }
    result = syscall(call, a, b, c, d, e);
  }
  int left = error ? error : errno;
  pthread_mutex_unlock(&lock);
  free(p);
  errno = left;
  return result;
}

int openat(int at, const char *path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(more, mode_t) : 0;
  va_end(more);
  if (flags & O_TRUNC && journal >= 0) { /* by ftruncate, which notes what is cut */
    int fd = openat(at, path, flags & ~O_TRUNC, mode);
    if (fd >= 0) ftruncate(fd, 0);
    return fd;
  }
  if (!(flags & O_CREAT)) return syscall(SYS_openat, at, path, flags, mode);
  return change_name(CREATE, at, path, 0, NULL, SYS_openat, at, (long)path, flags, mode, 0);
}
int openat64(int at, const char *path, int flags, ...) __attribute__((alias("openat")));
int open(const char *path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(more, mode_t) : 0;
  va_end(more);
  return openat(AT_FDCWD, path, flags, mode);
}
int open64(const char *path, int flags, ...) __attribute__((alias("open")));

int mkdir(const char *path, mode_t mode) { return change_name(CREATE, AT_FDCWD, path, 0, NULL, SYS_mkdirat, AT_FDCWD, (long)path, mode, 0, 0); }
int link(const char *from, const char *to) { return change_name(CREATE, AT_FDCWD, to, 0, NULL, SYS_linkat, AT_FDCWD, (long)from, AT_FDCWD, (long)to, 0); }
int unlink(const char *path) { return change_name(REMOVE, AT_FDCWD, path, 0, NULL, SYS_unlinkat, AT_FDCWD, (long)path, 0, 0, 0); }
int unlinkat(int at, const char *path, int flags) { return change_name(REMOVE, at, path, 0, NULL, SYS_unlinkat, at, (long)path, flags, 0, 0); }
int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }
int renameat(int at, const char *from, int to_at, const char *to) {
  return change_name(RENAME, at, from, to_at, to, SYS_renameat2, at, (long)from, to_at, (long)to, 0);
}
int rename(const char *from, const char *to) { return renameat(AT_FDCWD, from, AT_FDCWD, to); }

int statvfs64(const char *path, struct statvfs64 *s) {
  int (*real)(const char *, struct statvfs64 *) = dlsym(RTLD_NEXT, "statvfs64");
  int result = real(path, s);
  if (!result && journal >= 0 && control->no_room && is_below(path)) {
    s->f_bfree = s->f_bavail = 0;
    __sync_fetch_and_add(&control->hits, 1);
  }
  return result;
}
int statvfs(const char *path, struct statvfs *s) { return statvfs64(path, (struct statvfs64 *)s); }

int clock_gettime(clockid_t which, struct timespec *t) {
  int result = syscall(SYS_clock_gettime, which, t);
  if (!result && journal >= 0 && (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE)) {
    int64_t nanos = t->tv_sec * 1000000000LL + t->tv_nsec + control->clock_millis * 1000000;
    *t = (struct timespec){nanos / 1000000000, nanos % 1000000000};
    if (control->clock_millis) __sync_fetch_and_add(&control->hits, 1);
  }
  return result;
}
int gettimeofday(struct timeval *t, void *zone) {
  struct timespec now;
  (void)zone;
  int result = clock_gettime(CLOCK_REALTIME, &now);
  *t = (struct timeval){now.tv_sec, now.tv_nsec / 1000};
  return result;
}
time_t time(time_t *t) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (t) *t = now.tv_sec;
  return now.tv_sec;
}
