/* SMTP inside TLS by wolfSSL. */
#include <wolfssl/options.h>
#include <wolfssl/ssl.h>

#include "smtp_inside.h"

static WOLFSSL_CTX *context;

static long get(void *stream, char *data, size_t size) { return wolfSSL_read(stream, data, size); }
static long put(void *stream, const char *data, size_t size) { return wolfSSL_write(stream, data, size); }

/* What it makes of a client certificate is no matter. */
static int anybody(int preverified, WOLFSSL_X509_STORE_CTX *store) {
    (void)preverified, (void)store;
    return 1;
}

static void handle(int connection) {
    WOLFSSL *session = wolfSSL_new(context);
    wolfSSL_set_fd(session, connection);
    if (wolfSSL_accept(session) == WOLFSSL_SUCCESS) {
        answer(session, get, put);
        wolfSSL_shutdown(session);
    } else {
        fprintf(stderr, "handshake: %d\n", wolfSSL_get_error(session, 0));
    }
    wolfSSL_free(session);
}

static WOLFSSL_METHOD *method(void) {
    if (!wish("version")) return wolfSSLv23_server_method();
    return strcmp(wish("version"), "1.3") ? wolfTLSv1_2_server_method() : wolfTLSv1_3_server_method();
}

int main(int count, char **arguments) {
    words = arguments + (count > 0);
    wolfSSL_Init();
    context = wolfSSL_CTX_new(method());
    must("context", !context);
    must("certificate", 1 - wolfSSL_CTX_use_certificate_chain_file(context, wish("cert")));
    must("key", 1 - wolfSSL_CTX_use_PrivateKey_file(context, wish("key"), WOLFSSL_FILETYPE_PEM));
    if (wish("group")) {
        int group = atoi(wish("group"));
        must("group", 1 - wolfSSL_CTX_set_groups(context, &group, 1));
    }
    wolfSSL_CTX_set_verify(context, wish("ask") ? WOLFSSL_VERIFY_PEER : WOLFSSL_VERIFY_NONE, anybody);
    serve(handle);
}
