/* What every server program in C has in common: its wishes, a port, and SMTP inside TLS. */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { PATIENCE = 15 }; /* seconds */

static char **words;

/* The value of NAME=VALUE on the command line, or NULL. */
static const char *wish(const char *name) {
    size_t length = strlen(name);
    for (char **word = words; *word; word++)
        if (!strncmp(*word, name, length) && (*word)[length] == '=') return *word + length + 1;
    return NULL;
}

/* Ends the program if what has to be 0 is not. */
static inline void must(const char *what, long failed) {
    if (!failed) return;
    fprintf(stderr, "%s: %ld\n", what, failed);
    exit(1);
}

/* SMTP by two functions that return how many octets they moved; with a greeting where TLS comes first. */
static inline void answer(void *stream, long (*get)(void *, char *, size_t),
                          long (*put)(void *, const char *, size_t)) {
    static const char greeting[] = "220 stacks.test\r\n", ok[] = "250 stacks.test\r\n", bye[] = "221 bye\r\n";
    char line[4096];
    if (wish("greet")) put(stream, greeting, sizeof greeting - 1);
    while (get(stream, line, sizeof line) > 3) {
        if (!strncasecmp(line, "QUIT", 4)) {
            put(stream, bye, sizeof bye - 1);
            return;
        }
        put(stream, ok, sizeof ok - 1);
    }
}

/* One connection after the other, for ever. */
static inline void serve(void (*handle)(int)) {
    struct timeval patience = {PATIENCE, 0};
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(wish("port")))};
    int yes = 1, listener = socket(AF_INET, SOCK_STREAM, 0);
    signal(SIGPIPE, SIG_IGN);
    inet_pton(AF_INET, wish("host"), &address.sin_addr);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    must("bind", bind(listener, (struct sockaddr *)&address, sizeof address));
    must("listen", listen(listener, 16));
    for (;;) {
        int connection = accept(listener, NULL, NULL);
        if (connection < 0) continue;
        setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        handle(connection);
        close(connection);
    }
}
