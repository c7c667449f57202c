/* One frame to many sockets, without waiting for any of them. See compiled.py. */

#include <stddef.h>
#include <sys/socket.h>

/* `taken` gets for each socket the bytes that the kernel took, or -1; a socket of -1 stands for one that
   cannot be written to now. Returns how many did not take the whole. */
int fanout(const int *sockets, int count, const char *frame, size_t size, int *taken)
{
    int behind = 0;
    for (int i = 0; i < count; i++) {
        ssize_t sent = -1;
        if (sockets[i] >= 0)
            sent = send(sockets[i], frame, size, MSG_DONTWAIT | MSG_NOSIGNAL);
        taken[i] = (int)sent;
        behind += sent != (ssize_t)size;
    }
    return behind;
}
