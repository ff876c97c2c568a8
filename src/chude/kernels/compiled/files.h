/* Reads a small regular file with the functions of POSIX; elsewhere there is nothing to read with. */
#include <stddef.h>
#include <stdlib.h>

#if defined(_WIN32)

static char *chude_read_file(const char *path, size_t max_size, size_t *size) {
    (void)path; (void)max_size; (void)size;
    return NULL;
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

#endif
