#!/bin/sh
# OpenSMTPD 6.8.0p2-4+b4 (Debian 12): offers STARTTLS and ends every handshake with the alert internal_error,
# whatever the client, the version of TLS, and the key.  7.6 (Debian 13) does as it should.
#
# The server starts, says nothing, and mail comes in: senders with opportunistic TLS try again in the clear.
# The same certificate and key are fine for another server of the same OpenSSL.  Upstream knows of it
# (OpenSMTPD/OpenSMTPD issues 1171 and 1239); Debian 12 has had no other version since.
#
# Hurt by the wrong guess: who believes the EHLO line of such a server; senders with DANE, MTA-STS or
# `encrypt` deliver nothing to it, the others without TLS.  Output seen: "opensmtpd 6.8.0p2-4+b4: rsa 1.2
# alert, 1.3 alert; ec 1.2 alert, 1.3 alert; openssl s_server: taken, taken".
#
# Needs root on Debian 12 (the package is installed into a layer in memory, in namespaces of its own), openssl.
set -eu
if [ "${1:-}" != inside ]; then
    exec unshare --mount --pid --fork --kill-child --mount-proc "$0" inside
fi
mount --make-rprivate /
mount -t tmpfs memory /mnt
mkdir /mnt/upper /mnt/work /mnt/tree
mount -t overlay overlay -o lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work /mnt/tree
mount -t proc proc /mnt/tree/proc
mount --rbind /dev /mnt/tree/dev
printf '#!/bin/sh\nexit 101\n' >/mnt/tree/usr/sbin/policy-rc.d
chmod 755 /mnt/tree/usr/sbin/policy-rc.d
{ chroot /mnt/tree apt-get update -q && DEBIAN_FRONTEND=noninteractive chroot /mnt/tree \
    apt-get install -y -q --no-install-recommends opensmtpd=6.8.0p2-4+b4; } >/mnt/apt.log 2>&1 ||
    { cat /mnt/apt.log >&2; exit 1; }

cat >/mnt/tree/tmp/run <<'SH'
set -eu
ip link set lo up
cd /tmp
openssl req -x509 -newkey rsa:2048 -nodes -keyout rsa.key -out rsa.pem -subj /CN=localhost 2>/dev/null
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout ec.key -out ec.pem -subj /CN=localhost 2>/dev/null
chmod 600 rsa.key ec.key
printf 'pki rsa cert "/tmp/rsa.pem"\npki rsa key "/tmp/rsa.key"\npki ec cert "/tmp/ec.pem"\npki ec key "/tmp/ec.key"\n' >/etc/smtpd.conf
printf 'listen on 127.0.0.1 port 2501 tls pki rsa\nlisten on 127.0.0.1 port 2502 tls pki ec\n' >>/etc/smtpd.conf
printf 'action "none" maildir "/tmp/mail"\nmatch from any for any action "none"\n' >>/etc/smtpd.conf
smtpd -d >smtpd.log 2>&1 &
openssl s_server -accept 2503 -cert rsa.pem -key rsa.key -quiet >s_server.log 2>&1 &
sleep 3
become() { # OPTION...: of a handshake
    echo | timeout 10 openssl s_client "$@" >client.log 2>&1 || true
    if grep -q 'alert internal error' client.log; then echo alert
    elif grep -q '^New, TLSv1' client.log; then echo taken
    else echo something else; fi
}
of() { echo "1.2 $(become -tls1_2 -starttls smtp -connect "127.0.0.1:$1"), 1.3 $(become -tls1_3 -starttls smtp -connect "127.0.0.1:$1")"; }
theirs="$(become -tls1_2 -connect 127.0.0.1:2503), $(become -tls1_3 -connect 127.0.0.1:2503)"
echo "rsa $(of 2501); ec $(of 2502); openssl s_server: $theirs"
SH
told=$(unshare --net chroot /mnt/tree sh /tmp/run)
echo "opensmtpd 6.8.0p2-4+b4: $told"
[ "$told" = "rsa 1.2 alert, 1.3 alert; ec 1.2 alert, 1.3 alert; openssl s_server: taken, taken" ]
