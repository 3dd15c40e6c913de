package dev.bincang.testing.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.Key;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.lang.JoseException;

/**
 * Signs tokens, and serves a JWKS (RFC 7517) with one key. The key can be changed. The provider can hang, or answer so
 * slowly that no client waits for the end.
 */
public final class IdentityProvider implements AutoCloseable {

    public static final String ISSUER = "https://id.example";
    public static final String AUDIENCE = "bincang";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger keys = new AtomicInteger();
    private final AtomicInteger fetches = new AtomicInteger();
    private volatile RsaJsonWebKey key = newKey();
    /** Completes when the provider answers again. */
    private volatile CountDownLatch hanging = new CountDownLatch(0);

    private volatile boolean slow;

    public IdentityProvider() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/jwks", exchange -> {
            fetches.incrementAndGet();
            awaitAnswers();
            var body = new JsonWebKeySet(key).toJson().getBytes(UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            try (var out = exchange.getResponseBody()) {
                for (int i = 0; slow && i < body.length - 1; i++) {
                    out.write(' ');
                    out.flush();
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
                }
                if (!slow) {
                    out.write(body);
                }
            }
        });
        server.setExecutor(threads);
        server.start();
    }

    private RsaJsonWebKey newKey() {
        try {
            var made = RsaJwkGenerator.generateJwk(2048);
            made.setKeyId("key-" + keys.incrementAndGet());
            made.setAlgorithm("RS256");
            return made;
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }

    public String jwks() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/jwks";
    }

    /** Changes the key. */
    public void rotate() {
        key = newKey();
    }

    /** Accepts requests and does not answer, until {@link #answer}. */
    public void hang() {
        hanging = new CountDownLatch(1);
    }

    /** Sends one byte now and then, until {@link #answer}. */
    public void sendSlowly() {
        slow = true;
    }

    public void answer() {
        slow = false;
        hanging.countDown();
    }

    private void awaitAnswers() throws IOException {
        try {
            hanging.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }

    /** How often the keys were requested. */
    public int fetches() {
        return fetches.get();
    }

    public RsaJsonWebKey key() {
        return key;
    }

    /** A valid token for five minutes. */
    public String token(String user) {
        return token(user, _ -> {});
    }

    /** A valid token of an admin for five minutes. */
    public String admin(String user) {
        return token(user, claims -> claims.setStringListClaim("groups", "bincang-admin"));
    }

    /** A valid token for five minutes, after the changes of the caller. */
    public String token(String user, Consumer<JwtClaims> changes) {
        return sign(user, changes, "RS256", key.getPrivateKey(), key.getKeyId());
    }

    public static String sign(String user, Consumer<JwtClaims> changes, String algorithm, Key by, String keyId) {
        var claims = new JwtClaims();
        claims.setIssuer(ISSUER);
        claims.setAudience(AUDIENCE);
        claims.setSubject(user);
        claims.setStringClaim("name", "Name of " + user);
        claims.setIssuedAtToNow();
        claims.setExpirationTimeMinutesInTheFuture(5);
        changes.accept(claims);
        var signature = new JsonWebSignature();
        signature.setAlgorithmConstraints(AlgorithmConstraints.NO_CONSTRAINTS);
        signature.setAlgorithmHeaderValue(algorithm);
        signature.setKeyIdHeaderValue(keyId);
        signature.setDoKeyValidation(false);
        signature.setKey(by);
        signature.setPayload(claims.toJson().replace("\ud800", "\\ud800")); // UTF-8 has no bytes for it
        try {
            return signature.getCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        answer();
        server.stop(0);
        threads.shutdownNow();
    }
}
