/* The client's side of RFC 6455, as far as the load client needs it: no extensions, no fragments. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define TEXT 1
#define CLOSE 8
#define PING 9
#define PONG 10
#define MOST_SENT 4096

/* The key is the RFC's own example: what the server makes of it is not looked at. */
#define UPGRADE_REQUEST                               \
    "GET /graphql HTTP/1.1\r\n"                       \
    "Host: 127.0.0.1:%d\r\n"                          \
    "Upgrade: websocket\r\n"                          \
    "Connection: Upgrade\r\n"                         \
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" \
    "Sec-WebSocket-Version: 13\r\n"                   \
    "Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"

struct frame {
    size_t whole; /* bytes with the header; 0 while it is not all there */
    int opcode;
    const char *payload;
    size_t size;
};

static uint64_t big_endian(const unsigned char *bytes, int count) {
    uint64_t number = 0;
    for (int i = 0; i < count; i++)
        number = number << 8 | bytes[i];
    return number;
}

/* The frame that the bytes begin with. A server's frames are not masked. */
static struct frame read_frame(const char *bytes, size_t size) {
    const unsigned char *head = (const unsigned char *)bytes;
    struct frame frame = {0};
    if (size < 2)
        return frame;
    size_t length = head[1] & 127, header = 2;
    int extended = length == 126 ? 2 : length == 127 ? 8 : 0;
    if (size < header + extended)
        return frame;
    if (extended)
        length = big_endian(head + 2, extended);
    header += extended;
    if (size < header + length)
        return frame;
    return (struct frame){header + length, head[0] & 15, bytes + header, length};
}

/* Returns the bytes written, at most size + 8. The mask is zero, so that the payload stays as it is. */
static size_t write_frame(unsigned char *frame, int opcode, const char *payload, size_t size) {
    size_t header = 2;
    frame[0] = 128 | opcode;
    frame[1] = 128 | (size < 126 ? size : 126);
    if (size >= 126) {
        frame[2] = size >> 8;
        frame[3] = size & 255;
        header = 4;
    }
    memset(frame + header, 0, 4);
    memcpy(frame + header + 4, payload, size);
    return header + 4 + size;
}
