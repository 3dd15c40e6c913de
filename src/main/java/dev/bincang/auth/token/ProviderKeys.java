package dev.bincang.auth.token;

import dev.bincang.BincangConfig;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Refusal;
import io.smallrye.jwt.auth.principal.AbstractKeyLocationResolver;
import io.smallrye.jwt.auth.principal.JWTAuthContextInfo;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.io.IOException;
import java.security.Key;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jose4j.http.Get;
import org.jose4j.jwk.HttpsJwks;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwx.JsonWebStructure;
import org.jose4j.keys.resolvers.VerificationKeyResolver;
import org.jose4j.lang.JoseException;
import org.jose4j.lang.UnresolvableKeyException;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the identity provider's keys (JWKS, RFC 7517) in memory. A token of a known key never waits.
 *
 * <p>A token of an unknown key waits for a fetch that begins after the token arrived, so the fetch shows whether the
 * key exists. All such tokens share one fetch. Only one fetch runs at a time. It has a deadline, and it begins at least
 * {@code bincang.auth.keys-interval} after the one before. So tokens that name unknown keys cause no more requests than
 * that, and a new key is found within that time.
 *
 * <p>The last keys stay valid until a fetch brings others, also while the provider is away. Any thread.
 */
public final class ProviderKeys extends AbstractKeyLocationResolver implements VerificationKeyResolver {

    private static final Logger LOG = Logger.getLogger(ProviderKeys.class);
    private static final int MAX_MISSING = 1_000;
    private static final int MAX_RESPONSE = 512 * 1024;

    /** A token of an unknown key that waits for a fetch. */
    private record Waiting(String keyId, long since, UniEmitter<? super Void> emitter) {}

    private final HttpsJwks source;
    private final Duration interval;
    private final Duration timeout;
    private final Duration lifetime;
    private final int maxWaiting;

    private volatile List<JsonWebKey> keys = List.of();
    private volatile long fetched;

    // ---- guarded by this

    private final List<Waiting> waiting = new ArrayList<>();
    /**
     * Key ids that the last fetch did not bring: ids that tokens named, and ids that were gone since the fetch before.
     * Only the newest are kept.
     */
    private final Map<String, Boolean> missing = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > MAX_MISSING;
        }
    };

    private boolean fetching;
    private boolean failed;
    /** When the last fetch began. The next may begin {@link #interval} later. */
    private long begun;

    /** Makes an empty set of keys and fetches nothing yet. */
    ProviderKeys(String location, JWTAuthContextInfo info, BincangConfig config)
            throws UnresolvableKeyException, IOException {
        super(info);
        interval = config.auth().keysInterval();
        timeout = config.auth().keysTimeout();
        lifetime = Duration.ofMinutes(info.getJwksRefreshInterval());
        maxWaiting = config.limits().tokenChecks();
        source = initializeHttpsJwks(location);
        source.setRefreshReprieveThreshold(0);
        begun = System.nanoTime() - interval.toNanos();
    }

    @Override
    protected Get getHttpGet() {
        var get = new Get();
        var millis = Math.toIntExact(timeout.toMillis());
        get.setConnectTimeout(millis);
        get.setReadTimeout(millis);
        get.setRetries(0);
        get.setResponseBodySizeLimit(MAX_RESPONSE);
        return get;
    }

    /** Fetches the keys, if the interval allows it now. */
    public synchronized void fetch() {
        if (!fetching && System.nanoTime() - begun >= interval.toNanos()) {
            begin();
        }
    }

    /**
     * Completes when it is known whether the key exists. Fails with {@code unavailable} if the keys cannot be fetched
     * or too many tokens wait.
     */
    public Uni<Void> await(@Nullable String keyId) {
        if (isKnown(keyId)) {
            if (System.nanoTime() - fetched > lifetime.toNanos()) {
                fetch();
            }
            return Uni.createFrom().voidItem();
        }
        return Uni.createFrom()
                .<Void>emitter(emitter -> await(id(keyId), emitter))
                .ifNoItem()
                .after(interval.plus(timeout).plus(timeout))
                .failWith(this::away);
    }

    /** Whether {@link #await} has to wait for a fetch. */
    public synchronized boolean waits(@Nullable String keyId) {
        return !isKnown(keyId) && !isDecided(id(keyId));
    }

    /** Whether the last fetch is recent enough to decide: it failed, or it shows that there is no such key. */
    private boolean isDecided(String keyId) {
        return !fetching && untilNext() > 0 && (failed || missing.containsKey(keyId));
    }

    private long untilNext() {
        return Math.max(0, interval.toNanos() - (System.nanoTime() - begun));
    }

    private synchronized void await(String keyId, UniEmitter<? super Void> emitter) {
        var decided = isDecided(keyId);
        if (decided && !failed) {
            emitter.complete(null);
        } else if (decided || waiting.size() >= maxWaiting) {
            emitter.fail(away());
        } else {
            waiting.add(new Waiting(keyId, System.nanoTime(), emitter));
            if (!fetching && waiting.size() == 1) {
                later(this::fetchForWaiting, untilNext());
            }
        }
    }

    private static String id(@Nullable String keyId) {
        return keyId == null ? "" : keyId;
    }

    private synchronized void fetchForWaiting() {
        if (fetching || waiting.isEmpty()) {
            return;
        }
        if (untilNext() == 0) {
            begin();
        } else { // another fetch has begun since this one was planned
            later(this::fetchForWaiting, untilNext());
        }
    }

    private void begin() {
        fetching = true;
        begun = System.nanoTime();
        // A virtual thread, because it can be interrupted while it reads.
        var thread = Thread.ofVirtual().name("bincang-provider-keys").start(this::load);
        later(thread::interrupt, timeout.toNanos());
    }

    private static void later(Runnable task, long nanos) {
        var _ = Infrastructure.getDefaultWorkerPool().schedule(task, nanos, TimeUnit.NANOSECONDS);
    }

    private void load() {
        List<JsonWebKey> now = null;
        Exception failure = null;
        try {
            source.refresh();
            now = List.copyOf(source.getJsonWebKeys());
        } catch (IOException | JoseException | RuntimeException e) { // RuntimeException: the body is not a JWKS
            failure = e;
        }
        done(now, failure);
    }

    private void done(@Nullable List<JsonWebKey> now, @Nullable Exception failure) {
        List<Waiting> answered;
        synchronized (this) {
            fetching = false;
            if (now != null) {
                keys.forEach(key -> remember(key.getKeyId()));
                keys = now;
                fetched = System.nanoTime();
                keys.forEach(key -> missing.remove(id(key.getKeyId())));
            }
            tell(now, failure);
            answered = waiting.stream()
                    .filter(one -> failure != null || isKnown(one.keyId) || one.since - begun <= 0)
                    .toList();
            waiting.removeAll(answered);
            answered.stream().map(Waiting::keyId).filter(id -> !isKnown(id)).forEach(this::remember);
            if (!waiting.isEmpty()) {
                later(this::fetchForWaiting, untilNext());
            }
        }
        for (var one : answered) {
            if (failure == null) {
                one.emitter.complete(null);
            } else {
                one.emitter.fail(away());
            }
        }
    }

    private void remember(@Nullable String keyId) {
        missing.put(id(keyId), true);
    }

    /** Logs once each time the fetches begin to fail or to succeed. */
    private void tell(@Nullable List<JsonWebKey> now, @Nullable Exception failure) {
        if (failure != null && !failed) {
            LOG.warnf("the identity provider's keys cannot be fetched: %s", failure);
        } else if (now != null && failed) {
            LOG.infof("the identity provider's keys can be fetched again: %d", now.size());
        }
        failed = failure != null;
    }

    private Refusal away() {
        return new Refusal(
                ErrorCode.UNAVAILABLE, "the identity provider's keys cannot be fetched", interval.toMillis());
    }

    private boolean isKnown(@Nullable String keyId) {
        var now = keys;
        if (now.isEmpty()) {
            return false;
        }
        return keyId == null
                || keyId.isEmpty()
                || isMatchingJwkAvailable(now, keyId)
                || (now.size() == 1 && now.getFirst().getKeyId() == null);
    }

    @Override
    public Key resolveKey(JsonWebSignature jws, List<JsonWebStructure> nestingContext) throws UnresolvableKeyException {
        verifyKid(jws, authContextInfo.getTokenKeyId());
        var jwk = getJsonWebKey(jws.getKeyIdHeaderValue(), keys, jws.getAlgorithmHeaderValue());
        if (jwk == null) {
            throw new UnresolvableKeyException("no such key");
        }
        return jwk.getKey();
    }
}
