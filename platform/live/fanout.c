/* One frame to many sockets, without waiting for any of them. See compiled.py. */

#include <stddef.h>
#include <sys/socket.h>

/* Each cell holds the number of a socket, or -1 where it cannot be written to now. `taken` gets the bytes
   that the kernel took, or -1. Returns how many did not take the whole. */
int fanout(int *const *cells, int count, const char *frame, size_t size, int *taken)
{
    int behind = 0;
    for (int i = 0; i < count; i++) {
        ssize_t sent = -1;
        if (*cells[i] >= 0)
            sent = send(*cells[i], frame, size, MSG_DONTWAIT | MSG_NOSIGNAL);
        taken[i] = (int)sent;
        behind += sent != (ssize_t)size;
    }
    return behind;
}
