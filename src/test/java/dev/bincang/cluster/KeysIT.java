package dev.bincang.cluster;

import static dev.bincang.testing.Waits.await;
import static dev.bincang.testing.process.FaultProxy.Kind.ANY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bincang.testing.Cluster;
import dev.bincang.testing.FaultTest;
import dev.bincang.testing.Scene;
import dev.bincang.testing.client.ChatClient;
import dev.bincang.testing.history.Checker.Allow;
import dev.bincang.testing.history.Recording.Sent;
import dev.bincang.testing.history.Truth;
import dev.bincang.testing.process.FaultProxy;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same key of the same user in the same room has one effect, however and wherever the command is repeated. */
class KeysIT {

    private static final Set<Allow> NOTHING = EnumSet.noneOf(Allow.class);

    @RegisterExtension
    static final Cluster CLUSTER = Cluster.of(2);

    private static CompletableFuture<JsonNode> send(ChatClient client, String room, String key, String text) {
        return client.ask(
                client.command("send").put("room", room).put("key", key).put("text", text));
    }

    @FaultTest
    void messagesWhoseAcknowledgementsAreLostAreStoredOnce() {
        try (var scene = CLUSTER.scene().everywhere(1);
                var wire = new FaultProxy(CLUSTER.pod(0).port())) {
            var client = scene.client(wire::port, 10, 0);
            client.start(scene.room()).join();
            wire.deafen();
            var sends = IntStream.range(0, 10)
                    .mapToObj(i -> client.send(scene.room(), "message " + i))
                    .toList();
            await().until(() -> {
                scene.truth().look(CLUSTER.redis());
                return scene.truth().log().size() == 10;
            });
            wire.target(CLUSTER.pod(1).port());
            wire.cut(ANY);
            Scene.join(sends);

            scene.check(EnumSet.of(Allow.RECONNECTS));
            assertEquals(10, scene.truth().log().size());
            assertTrue(sends.stream().map(CompletableFuture::join).allMatch((Sent sent) -> sent.duplicate));
        }
    }

    @FaultTest
    void theSameKeyOnTwoPodsAtOnceIsStoredOnce() {
        try (var scene = CLUSTER.scene().everywhere(1)) {
            var here = scene.clients().getFirst();
            var there = scene.client(() -> CLUSTER.pod(1).port()).as(here.token());
            there.start(scene.room()).join();
            var answers = IntStream.range(0, 50)
                    .mapToObj(i -> List.of(
                            send(here, scene.room(), "same-" + i, "text " + i),
                            send(there, scene.room(), "same-" + i, "text " + i)))
                    .toList();
            answers.forEach(Scene::join);

            for (var pair : answers) {
                var first = pair.getFirst().join();
                var second = pair.getLast().join();
                assertEquals(first.path("id"), second.path("id"));
                assertEquals(first.path("time"), second.path("time"));
                assertNotEquals(first.path("duplicate"), second.path("duplicate"));
            }
            scene.check(NOTHING);
            assertEquals(50, scene.truth().log().size());
        }
    }

    @Test
    void theSameKeyWithAnotherTextIsAConflict() {
        try (var scene = CLUSTER.scene().everywhere(2)) {
            var client = scene.clients().getFirst();
            var first = send(client, scene.room(), "key", "one").join();
            var other = send(client, scene.room(), "key", "two").join();
            var again = send(client, scene.room(), "key", "one").join();
            assertEquals("conflict", other.path("code").asText());
            assertEquals(other.path("req").asLong(), first.path("req").asLong() + 1);
            assertTrue(again.path("duplicate").asBoolean());
            assertEquals(first.path("id"), again.path("id"));
            scene.check(EnumSet.of(Allow.REFUSALS));
            assertEquals(1, scene.truth().log().size());
        }
    }

    @Test
    void aKeyBelongsToOneUserAndOneRoom() {
        try (var scene = CLUSTER.scene().everywhere(2);
                var other = CLUSTER.scene()) {
            scene.clients()
                    .forEach(client -> assertEquals(
                            "ok",
                            send(
                                            client,
                                            scene.room(),
                                            "key",
                                            "of " + client.recording().name())
                                    .join()
                                    .path("type")
                                    .asText()));
            var elsewhere = send(scene.clients().getFirst(), other.room(), "key", "another room")
                    .join();
            assertEquals(false, elsewhere.path("duplicate").asBoolean());
            scene.check(NOTHING);
            assertEquals(4, scene.truth().log().size());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a:b|c}d{e", "room:{x}:log", "a b", "%3A", "-", "*?[]\\", "ü😀", "a", "a:b"})
    void keysOfDifferentUserIdsDoNotCollide(String user) throws JoseException {
        try (var scene = CLUSTER.scene().everywhere(1)) {
            var odd = scene.client(() -> CLUSTER.pod(0).port()).as(token(user));
            var same = scene.client(() -> CLUSTER.pod(1).port()).as(token(user));
            List.of(odd, same).forEach(client -> client.start(scene.room()).join());

            var first = send(odd, scene.room(), "b-c", "text").join();
            var again = send(same, scene.room(), "b-c", "text").join();
            assertEquals(first.path("id"), again.path("id"));
            assertTrue(again.path("duplicate").asBoolean());

            var neighbour = scene.client(() -> CLUSTER.pod(0).port()).as(token(user + "b"));
            neighbour.start(scene.room()).join();
            var others = send(neighbour, scene.room(), "-c", "text").join();
            assertEquals(false, others.path("duplicate").asBoolean());

            scene.check(NOTHING);
            assertEquals(user, scene.truth().log().getFirst().author());
            assertEquals(2, scene.truth().log().size());
        }
    }

    /** A guest's token as the pods make it, for any user id. */
    private static String token(String user) throws JoseException {
        var claims = new JwtClaims();
        claims.setIssuer("bincang");
        claims.setSubject(user);
        claims.setStringClaim("name", "Odd");
        claims.setIssuedAtToNow();
        claims.setExpirationTimeMinutesInTheFuture(5);
        var signature = new JsonWebSignature();
        signature.setAlgorithmHeaderValue("HS256");
        var version = (String) CLUSTER.redis().command("HGET", Truth.KEYS.guestSecrets(), "current");
        var secret = (String) CLUSTER.redis().command("HGET", Truth.KEYS.guestSecrets(), version);
        signature.setKey(new HmacKey(Base64.getDecoder().decode(secret)));
        signature.setPayload(claims.toJson());
        return signature.getCompactSerialization();
    }
}
