/* Reads small regular files, and looks at any, with the functions of POSIX; elsewhere there is nothing to do it with. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#if defined(_WIN32)

static char *chude_read_file(const char *path, size_t max_size, size_t *size) {
    (void)path; (void)max_size; (void)size;
    return NULL;
}

static int chude_look_at_file(const char *path, int64_t *size, int64_t *time) {
    (void)path; (void)size; (void)time;
    return -1;
}

#else

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* Return the bytes of a file, to be freed, and their number; NULL where it is no regular file, has more than `max_size`
   bytes, cannot be read, or has changed its size meanwhile. Never waits for a pipe, and takes nothing out of one. */
static char *chude_read_file(const char *path, size_t max_size, size_t *size) {
    char *data = NULL;
    struct stat status;
    int file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (file < 0)
        return NULL;
    if (fstat(file, &status) == 0 && S_ISREG(status.st_mode) && (size_t)status.st_size <= max_size) {
        size_t room = (size_t)status.st_size + 1, done = 0;
        data = malloc(room);
        while (data != NULL && done < room) {
            ssize_t n = read(file, data + done, room - done);
            if (n < 0 && errno == EINTR)
                continue;
            if (n <= 0)
                break;
            done += (size_t)n;
            if (done == room - 1)  /* as many as there should be, and no more: that was the end */
                break;
        }
        if (data != NULL && done != room - 1) {
            free(data);
            data = NULL;
        }
        *size = done;
    }
    close(file);
    return data;
}

/* Find out the size of a file in bytes, and when it was changed, in nanoseconds since 1970; return 0, or -1. */
static int chude_look_at_file(const char *path, int64_t *size, int64_t *time) {
    struct stat status;
    if (stat(path, &status) != 0)
        return -1;
#if defined(__APPLE__)
    const struct timespec changed = status.st_mtimespec;
#else
    const struct timespec changed = status.st_mtim;
#endif
    *size = (int64_t)status.st_size;
    *time = (int64_t)changed.tv_sec * 1000000000 + (int64_t)changed.tv_nsec;
    return 0;
}

#endif
