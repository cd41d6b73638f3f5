/* SMTP inside TLS by GnuTLS; what is allowed is a priority string. */
#include <gnutls/gnutls.h>

#include "smtp_inside.h"

static gnutls_certificate_credentials_t own;
static gnutls_datum_t ticket_key;

static long get(void *stream, char *data, size_t size) { return gnutls_record_recv(stream, data, size); }
static long put(void *stream, const char *data, size_t size) { return gnutls_record_send(stream, data, size); }

static gnutls_session_t as_wished(void) {
    gnutls_session_t session;
    gnutls_init(&session, GNUTLS_SERVER | GNUTLS_ENABLE_RAWPK);
    must("priority", gnutls_priority_set_direct(session, wish("priority"), NULL));
    gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, own);
    gnutls_session_ticket_enable_server(session, &ticket_key);
    if (wish("ask")) gnutls_certificate_server_set_request(session, GNUTLS_CERT_REQUEST);
    if (wish("compress")) {
        gnutls_compression_method_t methods[] = {GNUTLS_COMP_ZLIB};
        must("compress", gnutls_compress_certificate_set_methods(session, methods, 1));
    }
    return session;
}

static void handle(int connection) {
    gnutls_session_t session = as_wished();
    int status;
    gnutls_transport_set_int(session, connection);
    do status = gnutls_handshake(session);
    while (status < 0 && !gnutls_error_is_fatal(status));
    if (status < 0) {
        fprintf(stderr, "%s\n", gnutls_strerror(status));
    } else {
        answer(session, get, put);
        gnutls_bye(session, GNUTLS_SHUT_WR);
    }
    gnutls_deinit(session);
}

int main(int count, char **arguments) {
    words = arguments + (count > 0);
    gnutls_certificate_allocate_credentials(&own);
    if (wish("pub"))
        must("raw key", gnutls_certificate_set_rawpk_key_file(own, wish("pub"), wish("key"), GNUTLS_X509_FMT_PEM,
                                                              NULL, 0, NULL, 0, 0, 0));
    else
        must("credentials",
             gnutls_certificate_set_x509_key_file(own, wish("cert"), wish("key"), GNUTLS_X509_FMT_PEM));
    gnutls_session_ticket_key_generate(&ticket_key);
    gnutls_deinit(as_wished()); /* which ends the program, rather than a session, if it is not possible */
    serve(handle);
}
