/* SMTP inside TLS by NSS; the certificate is called "stacks" in the data base `db`. */
#include <cert.h>
#include <keyhi.h>
#include <nss.h>
#include <pk11pub.h>
#include <private/pprio.h>
#include <prerror.h>
#include <ssl.h>
#include <sslproto.h>

#include "smtp_inside.h"

static CERTCertificate *own;
static SECKEYPrivateKey *key;

static long get(void *stream, char *data, size_t size) { return PR_Read(stream, data, size); }
static long put(void *stream, const char *data, size_t size) { return PR_Write(stream, data, size); }

static SECStatus anybody(void *context, PRFileDesc *stream, PRBool check, PRBool server) {
    (void)context, (void)stream, (void)check, (void)server;
    return SECSuccess;
}

static PRFileDesc *as_wished(PRFileDesc *socket) {
    PRFileDesc *stream = SSL_ImportFD(NULL, socket);
    must("import", !stream);
    must("certificate", SSL_ConfigServerCert(stream, own, key, NULL, 0));
    SSL_OptionSet(stream, SSL_ENABLE_SESSION_TICKETS, PR_TRUE);
    SSL_OptionSet(stream, SSL_REQUEST_CERTIFICATE, wish("ask") != NULL);
    SSL_OptionSet(stream, SSL_REQUIRE_CERTIFICATE, SSL_REQUIRE_NEVER);
    SSL_AuthCertificateHook(stream, anybody, NULL);
    if (wish("version")) {
        PRUint16 version = strcmp(wish("version"), "1.3") ? SSL_LIBRARY_VERSION_TLS_1_2 : SSL_LIBRARY_VERSION_TLS_1_3;
        SSLVersionRange only = {version, version};
        must("version", SSL_VersionRangeSet(stream, &only));
    }
    if (wish("group")) {
        SSLNamedGroup group = atoi(wish("group"));
        must("group", SSL_NamedGroupConfig(stream, &group, 1));
    }
    SSL_ResetHandshake(stream, PR_TRUE);
    return stream;
}

static void handle(int connection) {
    PRFileDesc *stream = as_wished(PR_ImportTCPSocket(dup(connection)));
    if (SSL_ForceHandshake(stream) == SECSuccess)
        answer(stream, get, put);
    else
        fprintf(stderr, "handshake: %d\n", PR_GetError());
    PR_Close(stream);
}

int main(int count, char **arguments) {
    words = arguments + (count > 0);
    must("data base", NSS_Init(wish("db")));
    NSS_SetDomesticPolicy();
    must("cache", SSL_ConfigServerSessionIDCache(100, 0, 0, NULL));
    own = PK11_FindCertFromNickname("stacks", NULL);
    must("certificate", !own);
    key = PK11_FindKeyByAnyCert(own, NULL);
    must("key", !key);
    PR_Close(as_wished(PR_NewTCPSocket())); /* what is not possible ends the program here */
    serve(handle);
}
