// SMTP inside TLS by Java's JSSE; the key and its chain come as PKCS #12, with the pass word "stacks".

import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.security.KeyStore;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

public class Server {
    public static void main(String[] arguments) throws Exception {
        Map<String, String> wish = new HashMap<>();
        for (String word : arguments) {
            String[] parts = word.split("=", 2);
            wish.put(parts[0], parts[1]);
        }
        if (wish.containsKey("groups")) System.setProperty("jdk.tls.namedGroups", wish.get("groups"));
        SSLServerSocket listener = (SSLServerSocket) context(wish.get("p12"))
            .getServerSocketFactory()
            .createServerSocket(Integer.parseInt(wish.get("port")), 50, InetAddress.getByName(wish.get("host")));
        if (wish.containsKey("versions")) listener.setEnabledProtocols(wish.get("versions").split(","));
        listener.setWantClientAuth("yes".equals(wish.get("ask")));
        while (true) {
            SSLSocket stream = (SSLSocket) listener.accept();
            new Thread(() -> converse(stream, wish.containsKey("greet"))).start();
        }
    }

    static SSLContext context(String file) throws Exception {
        char[] word = "stacks".toCharArray();
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(new FileInputStream(file), word);
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, word);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), new TrustManager[] {new Anybody()}, null);
        return context;
    }

    static void converse(SSLSocket stream, boolean greet) {
        try (stream) {
            if (greet) stream.getOutputStream().write("220 stacks.test\r\n".getBytes());
            BufferedReader lines = new BufferedReader(new InputStreamReader(stream.getInputStream()));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                boolean last = line.toUpperCase().startsWith("QUIT");
                stream.getOutputStream().write((last ? "221 bye\r\n" : "250 stacks.test\r\n").getBytes());
                if (last) break;
            }
        } catch (IOException ended) {
            System.err.println(ended);
        }
    }

    // A client certificate is asked for, and not judged.
    static class Anybody implements X509TrustManager {
        public void checkClientTrusted(java.security.cert.X509Certificate[] chain, String type) {}

        public void checkServerTrusted(java.security.cert.X509Certificate[] chain, String type) {}

        public java.security.cert.X509Certificate[] getAcceptedIssuers() {
            return new java.security.cert.X509Certificate[0];
        }
    }
}
