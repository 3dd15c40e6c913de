package dev.bincang.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bincang.SettingNames;
import dev.bincang.settings.Setting;
import dev.bincang.settings.Settings;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which values the settings take, and what is said of others. */
class SettingsCheckTest {

    private static final String HOSTS = "quarkus.redis.hosts";

    /** What is said where these are set, beside the defaults of Bincang and of what it uses of Quarkus. */
    private static List<String> wrong(Map<String, String> set) {
        var values = new HashMap<>(SettingNames.withDefaults());
        values.put("bincang.pod", "pod");
        values.put("quarkus.http.idle-timeout", "60s");
        values.put("quarkus.http.limits.max-body-size", "257K"); // more than the least of bincang.http.bodies
        values.put("quarkus.websockets-next.server.max-frame-size", "131072");
        values.put("quarkus.websockets-next.server.max-message-size", "131072");
        values.put("quarkus.redis.tcp.read-idle-timeout", "5s");
        values.put("quarkus.redis.max-waiting-handlers", "2048");
        values.putAll(set);
        return List.copyOf(SettingsCheck.wrong(new Settings(values::get)).values());
    }

    private static List<String> wrong(String name, String value) {
        return wrong(Map.of(name, value));
    }

    @Test
    void whatIsSetByDefaultIsTaken() {
        assertEquals(List.of(), wrong(Map.of()));
    }

    @Test
    void everySettingIsChecked() {
        assertEquals(
                SettingNames.withDefaults().keySet(),
                SettingsCheck.DECLARED.stream().map(Setting::name).collect(Collectors.toSet()));
    }

    static Stream<Setting> declared() {
        return SettingsCheck.DECLARED.stream();
    }

    @ParameterizedTest
    @MethodSource("declared")
    void everySettingRefusesNonsenseWithItsNameAndWhatItTakes(Setting setting) {
        var nonsense = Stream.of("", " ", "\u0007");
        if (setting.takes().startsWith("between")) {
            nonsense = Stream.concat(nonsense, Stream.of("much", "-5s", "-1", "9".repeat(40), "1e99", "5 apples"));
        } else if (setting.takes().equals("true or false")) {
            nonsense = Stream.concat(nonsense, Stream.of("maybe", "2"));
        }
        nonsense.forEach(value -> {
            var said = wrong(setting.name(), value);
            assertFalse(said.isEmpty(), setting.name() + " takes '" + value + "'");
            assertTrue(said.getFirst().startsWith(setting.name() + "="), said.getFirst());
            assertTrue(said.getFirst().endsWith(": must be " + setting.takes()), said.getFirst());
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bincang.limits.frame-size | 256K | no larger than quarkus.websockets-next.server.max-frame-size, which is 131072",
                "bincang.connection.ping-interval | 0 | between 1s and 1h",
                "bincang.log.max-events | 0 | between 1 and 400000000",
                "bincang.drain.time | -5s | between 0s and 1h",
                "bincang.http.max-wait | 60s | shorter than quarkus.http.idle-timeout, which is 60s",
                "bincang.http.heartbeat | 90s | shorter than quarkus.http.idle-timeout, which is 60s",
                "bincang.connection.ping-interval | 2m | shorter than quarkus.http.idle-timeout, which is 60s",
                "bincang.auth.guests | maybe | true or false",
                "bincang.limits.text-length | 9000 | no larger than bincang.limits.frame-size, which is 32K, divided by 4",
                "bincang.limits.hello-size | 8K | no smaller than bincang.limits.token-size, which is 16K",
                "bincang.limits.hello-size | 129K | no larger than quarkus.websockets-next.server.max-message-size, which is 131072",
                "bincang.limits.bytes-per-minute | 31K | no smaller than bincang.limits.frame-size, which is 32K",
                "bincang.connection.outbox | 31K | no smaller than bincang.limits.frame-size, which is 32K",
                "bincang.log.max-size | 1K | no smaller than bincang.limits.frame-size, which is 32K",
                "bincang.connection.unfinished | 255K | no smaller than quarkus.websockets-next.server.max-message-size, which is 131072, times 2",
                "bincang.http.bodies | 256K | no smaller than quarkus.http.limits.max-body-size, which is 257K",
                "bincang.redis.pulse | 1s | shorter than bincang.redis.timeout, which is 1s",
                "quarkus.redis.client-type | replication | standalone, sentinel or cluster",
            })
    void aBadValueIsToldWithTheValuesThatAreGood(String name, String value, String must) {
        var said = wrong(name, value);

        assertTrue(said.contains("%s=%s: must be %s".formatted(name, value, must)), said.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis://redis:6379/one", "redis://redis/-1", "redis://redis?db=x", "redis://redis/1/2"})
    void aDatabaseThatIsNoNumberIsRefused(String address) {
        var said = wrong(HOSTS, address);

        assertTrue(said.size() == 1 && said.getFirst().contains("a database is a number"), said.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://:se#cret@redis:6379",
                "redis://:se@cret@redis:6379",
                "redis://:se/cret@redis:6379",
                "redis://user:12/secret@redis:6379",
                "redis://user:12#secret@redis:6379",
                "redis://user:12?secret@redis:6379",
                "redis://:se%cret@redis:6379",
                "redis://:se cret@redis:6379",
                "redis://:[secret]@redis:6379",
                "http://:secret@redis:6379",
                ":secret@redis:6379",
                "redis://:secret@",
            })
    void anAddressThatIsNoneIsToldWithoutAnyPartOfItsPassword(String address) {
        var said = wrong(HOSTS, address);

        assertTrue(said.size() == 1 && said.getFirst().startsWith(HOSTS + ": must be like redis://"), said.toString());
        assertFalse(said.getFirst().contains("cret"), said.getFirst());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://redis",
                "redis://redis:6379/",
                "redis://redis:6379/0",
                "rediss://user:p%23%40ss@redis:6379",
                "redis://:secret@[::1]:6379",
                "unix:///run/redis.sock",
                "redis://127.0.0.1:6379?client=x"
            })
    void otherAddressesAreTaken(String address) {
        assertEquals(List.of(), wrong(HOSTS, address));
    }

    @Test
    void sentinelsAreSeveralAndMustLeadToTheMaster() {
        var sentinels = Map.of(HOSTS, "redis://a:26379,redis://b:26379", "quarkus.redis.client-type", "sentinel");
        assertEquals(List.of(), wrong(sentinels));

        var replica = new HashMap<>(sentinels);
        replica.put("quarkus.redis.role", "replica");
        assertEquals(List.of("quarkus.redis.role=replica: must be master"), wrong(replica));
        assertEquals(1, wrong(HOSTS, "redis://a:6379,redis://b:6379").size());
    }

    /** A conversion would print a value that it cannot read. Which setting is read first differs from start to start. */
    @Test
    void aClusterHasSeveralAddressesAndNoDatabases() {
        var hosts = "redis://a:6379/0,redis://b:6379";
        assertEquals(List.of(), wrong(Map.of(HOSTS, hosts, "quarkus.redis.client-type", "cluster")));

        for (var database : List.of("redis://a:6379/1", "redis://a:6379?db=2")) {
            var said = wrong(Map.of(HOSTS, database, "quarkus.redis.client-type", "cluster"));
            assertEquals(
                    List.of(HOSTS + ": must be an address without a database, because a Redis Cluster has only one"),
                    said);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {HOSTS, "bincang.pod", "quarkus.redis.client-type"})
    void anAddressThatWasRefusedIsReadByNobodyWhateverIsReadFirst(String first) {
        var values = new HashMap<>(SettingNames.withDefaults());
        values.putAll(Map.of("bincang.pod", "pod", "quarkus.redis.client-type", "standalone"));
        values.put(HOSTS, "redis://:se cret@redis:6379");
        var builder = new SmallRyeConfigBuilder().withSources(new PropertiesConfigSource(values, "test", 500));
        new SettingsCheck().configBuilder(builder);
        var config = builder.build();

        var read =
                Stream.of(first, HOSTS, HOSTS).map(name -> read(config, name)).toList();

        assertEquals(
                1,
                read.stream()
                        .filter(text -> text.startsWith(HOSTS + ": must be like"))
                        .count(),
                read.toString());
        assertEquals("null", read.getLast());
        assertFalse(read.toString().contains("cret"), read.toString());
    }

    /** What a reader of this setting sees: the value, or why there is none. */
    private static String read(SmallRyeConfig config, String name) {
        try {
            return String.valueOf(config.getConfigValue(name).getValue());
        } catch (RuntimeException e) {
            return e.toString();
        }
    }

    @Test
    void everythingThatIsWrongIsToldAtOnce() {
        assertEquals(
                2,
                wrong(Map.of("bincang.drain.time", "soon", "bincang.auth.guests", "perhaps"))
                        .size());
    }

    @Test
    void aLongValueIsToldOnOneShortLine() {
        var said = wrong("bincang.drain.time", "x\n".repeat(500)).getFirst();

        assertTrue(said.length() < 200 && !said.contains("\n"), said);
    }

    @Test
    void namesThatAreNoSettingAreFound() {
        var properties = Set.of(
                "bincang.auth.guest",
                "bincang.auth.guests",
                "bincang.http.origins[1]",
                "quarkus.http.port",
                "bincang.x");
        var environment = Map.of(
                "BINCANG_AUTH_GUESTS", "true",
                "BINCANG_AUTH_GEUSTS", "true",
                "BINCANG_HTTP_ORIGINS_1_", "self",
                "BINCANG_SERVICE_HOST", "10.0.0.1",
                "BINCANG_SERVICE_PORT_HTTP", "80",
                "BINCANG_PORT_80_TCP_ADDR", "10.0.0.1",
                "HOME", "/");

        assertEquals(
                Set.of("bincang.auth.guest", "bincang.x", "BINCANG_AUTH_GEUSTS"),
                UnknownSettings.unknown(SettingsCheck.DECLARED, properties, environment));
    }
}
