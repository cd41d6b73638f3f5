/* SMTP inside TLS by LibreSSL, in the words of its libtls. */
#include <tls.h>

#include "smtp_inside.h"

static struct tls *server;

static long get(void *stream, char *data, size_t size) {
    long got;
    do got = tls_read(stream, data, size);
    while (got == TLS_WANT_POLLIN || got == TLS_WANT_POLLOUT);
    return got;
}

static long put(void *stream, const char *data, size_t size) { return tls_write(stream, data, size); }

static void handle(int connection) {
    struct tls *session = NULL;
    if (!tls_accept_socket(server, &session, connection) && !tls_handshake(session)) {
        answer(session, get, put);
        tls_close(session);
    } else {
        fprintf(stderr, "handshake: %s\n", tls_error(session ? session : server));
    }
    tls_free(session);
}

int main(int count, char **arguments) {
    static const unsigned char id[] = "stacks", key[48] = "a key for tickets, which has forty-eight octets";
    struct tls_config *config = tls_config_new();
    uint32_t versions;
    words = arguments + (count > 0);
    server = tls_server();
    must("credentials", tls_config_set_keypair_file(config, wish("cert"), wish("key")));
    must("versions", tls_config_parse_protocols(&versions, wish("versions") ? wish("versions") : "tlsv1.2,tlsv1.3"));
    must("versions", tls_config_set_protocols(config, versions));
    must("ciphers", tls_config_set_ciphers(config, "compat")); /* or TLS 1.2 would have no CBC */
    if (wish("groups")) must("groups", tls_config_set_ecdhecurves(config, wish("groups")));
    if (wish("ask")) {
        must("root", tls_config_set_ca_file(config, wish("root")));
        tls_config_verify_client_optional(config);
    }
    must("session", tls_config_set_session_id(config, id, sizeof id - 1));
    must("session", tls_config_set_session_lifetime(config, 7200));
    must("tickets", tls_config_add_ticket_key(config, 1, (unsigned char *)key, sizeof key));
    must("configure", tls_configure(server, config));
    serve(handle);
}
