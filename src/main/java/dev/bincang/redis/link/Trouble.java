package dev.bincang.redis.link;

import dev.bincang.protocol.Refusal;
import io.vertx.redis.client.impl.types.ErrorType;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Tells operators in one sentence what is wrong with a link to Redis. It never contains any part of the password: only
 * texts that are known to be safe are passed on. For any other failure, only its kind is named.
 */
public final class Trouble extends RuntimeException {

    /** The sentence for a connection that Redis closed without an error. */
    public static final String CLOSED = "it closed the connection";

    public static final String NO_TLS = "if it does not speak TLS on this port, use redis:// instead of rediss://";

    private static final int LONGEST = 200;

    /** Error codes whose text is Redis' own and does not repeat what was sent. */
    private static final List<String> PLAIN = List.of(
            "LOADING",
            "MASTERDOWN",
            "MISCONF",
            "NOREPLICAS",
            "OOM",
            "READONLY",
            "BUSY",
            "NOPROTO",
            "MOVED",
            "CLUSTERDOWN");

    private final boolean forGood;

    public Trouble(String sentence) {
        this(sentence, false);
    }

    private Trouble(String sentence, boolean forGood) {
        super(sentence, null, false, false);
        this.forGood = forGood;
    }

    /** A trouble that no retry ends. A pod that meets it at its start exits. */
    public static Trouble forGood(String sentence) {
        return new Trouble(sentence, true);
    }

    public static boolean isForGood(Throwable failure) {
        return failure instanceof Trouble trouble && trouble.forGood;
    }

    /** The sentence for a failure, without a full stop. */
    public static String of(@Nullable Throwable failure) {
        var cause = rootOf(failure);
        var sentence = switch (cause) {
            case null -> "unknown";
            case Trouble ours -> text(ours);
            case Refusal ours -> text(ours);
            case ErrorType answer -> answered(text(answer));
            case CertificateException refused -> "its TLS certificate is refused: " + text(refused);
            case SSLException tls -> tls(text(tls));
            case IOException network -> network(text(network));
            default ->
                text(cause).startsWith("Failed to create SSL")
                        ? "TLS cannot be set up: see quarkus.redis.tls.* or quarkus.tls.*"
                        : cause.getClass().getSimpleName();
        };
        var line = sentence.replaceAll("\\p{Cntrl}+", " ").strip();
        return line.length() > LONGEST ? line.substring(0, LONGEST) : line;
    }

    private static @Nullable Throwable rootOf(@Nullable Throwable failure) {
        var cause = failure;
        for (int depth = 0; cause != null && cause.getCause() != null && depth < 20; depth++) {
            if (cause instanceof CertificateException) {
                return cause;
            }
            cause = cause.getCause();
        }
        return cause;
    }

    /** A network error: the address and what happened there. */
    private static String network(String text) {
        return text.startsWith("Connection reset") || text.equals("Broken pipe") ? CLOSED : text;
    }

    private static String tls(String text) {
        var plain = text.startsWith("not an SSL/TLS record") || text.startsWith("handshake timed out");
        return plain ? "no TLS handshake; " + NO_TLS : "TLS: " + text;
    }

    private static String answered(String answer) {
        var code = code(answer);
        return switch (code) {
            case "WRONGPASS", "NOAUTH" -> "it refuses the user name or the password (" + code + ")";
            case "NOPERM" -> "its user lacks a right that Bincang needs, see docs/security.md (" + answer + ")";
            case "CONNECTION_CLOSED" -> CLOSED;
            default ->
                PLAIN.contains(code)
                        ? answer
                        : answer.startsWith("ERR AUTH")
                                ? "a password is set in quarkus.redis.*, but Redis has none"
                                : answer.startsWith("ERR unknown command") // the text has the password too
                                        ? "it does not know a command that Bincang needs: is it Redis 6.2 or newer?"
                                        : "it answers " + code;
        };
    }

    /** The first word of an error reply. */
    public static String code(String answer) {
        var space = answer.indexOf(' ');
        return space < 0 ? answer : answer.substring(0, space);
    }

    private static String text(Throwable failure) {
        return String.valueOf(failure.getMessage());
    }
}
