package dev.bincang.testing.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;

/**
 * A self-signed certificate and its key, as PEM files.
 *
 * @param pem the certificate; a client must trust it
 */
public record Certificate(Path pem, Path key) {

    private static final String PASSWORD = "changeit";

    /** Makes a certificate for one host name, with the JDK's keytool. */
    public static Certificate of(String dnsName) {
        var folder = Processes.directory("certificate");
        var store = folder.resolve("store.p12");
        var keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        try {
            var exit = new ProcessBuilder(
                            keytool,
                            "-genkeypair",
                            "-alias",
                            "it",
                            "-keyalg",
                            "EC",
                            "-groupname",
                            "secp256r1",
                            "-dname",
                            "CN=" + dnsName,
                            "-ext",
                            "san=dns:" + dnsName,
                            "-validity",
                            "2",
                            "-storetype",
                            "PKCS12",
                            "-keystore",
                            store.toString(),
                            "-storepass",
                            PASSWORD)
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("log").toFile())
                    .start()
                    .waitFor();
            if (exit != 0) {
                throw new IllegalStateException(Files.readString(folder.resolve("log")));
            }
            var keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
            var pem = folder.resolve("certificate.pem");
            var key = folder.resolve("key.pem");
            Files.writeString(pem, pem("CERTIFICATE", keys.getCertificate("it").getEncoded()));
            Files.writeString(
                    key,
                    pem("PRIVATE KEY", keys.getKey("it", PASSWORD.toCharArray()).getEncoded()));
            return new Certificate(pem, key);
        } catch (IOException | GeneralSecurityException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The settings of a Redis that shows it, and that trusts its issuer. */
    public List<String> settings() {
        return List.of(
                "--tls-cert-file",
                pem.toString(),
                "--tls-key-file",
                key.toString(),
                "--tls-ca-cert-file",
                pem.toString(),
                "--tls-auth-clients",
                "no");
    }

    private static String pem(String what, byte[] der) {
        var lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN %1$s-----%n%2$s%n-----END %1$s-----%n".formatted(what, lines);
    }
}
