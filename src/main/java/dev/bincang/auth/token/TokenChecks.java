package dev.bincang.auth.token;

import dev.bincang.BincangConfig;
import dev.bincang.protocol.ErrorCode;
import dev.bincang.protocol.Refusal;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The threads that verify tokens: one for each processor, since a check only computes and never waits. A bounded queue
 * feeds them. Event loops verify nothing.
 */
@Singleton
public class TokenChecks {

    private static final long RETRY_MS = 1_000;

    private final ThreadPoolExecutor threads;

    TokenChecks(BincangConfig config) {
        var count = Runtime.getRuntime().availableProcessors();
        threads = new ThreadPoolExecutor(
                count,
                count,
                1,
                TimeUnit.MINUTES,
                new ArrayBlockingQueue<>(config.limits().tokenChecks()),
                Thread.ofPlatform().daemon().name("bincang-token-", 0).factory());
        threads.allowCoreThreadTimeOut(true);
    }

    /**
     * Runs a check on one of the threads. Fails as the check does, and with {@code unavailable} if the queue is full.
     */
    public <T> Uni<T> run(Supplier<T> check) {
        return Uni.createFrom()
                .item(check)
                .runSubscriptionOn(threads)
                .onFailure(RejectedExecutionException.class)
                .transform(_ -> new Refusal(ErrorCode.UNAVAILABLE, "too many tokens to verify", RETRY_MS));
    }

    @PreDestroy
    void end() {
        threads.shutdownNow();
    }
}
