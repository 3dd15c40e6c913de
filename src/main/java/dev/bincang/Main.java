package dev.bincang;

import io.quarkus.runtime.ApplicationLifecycleManager;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusBindException;
import io.quarkus.runtime.annotations.QuarkusMain;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.ConfigValidationException;
import java.net.BindException;
import org.jboss.logging.Logger;

/**
 * Starts the application. If it cannot start, tells the reason in one line: an older Java, a port in use, a setting
 * that is not valid.
 *
 * <p>This class is compiled for Java 17, as Quarkus is (see {@code pom.xml}); all other classes need a newer Java. So
 * it uses nothing newer and none of our other classes.
 */
@QuarkusMain
public final class Main {

    private static final int NEEDED = 25;

    Main() {} // Quarkus makes this class a bean

    public static void main(String[] args) {
        int found = Runtime.version().feature();
        if (found < NEEDED) {
            System.err.printf(
                    "Bincang needs Java %d or newer. This is Java %d, in %s.%n",
                    NEEDED, found, System.getProperty("java.home"));
            System.exit(1);
        }
        Quarkus.run(null, Main::end, args);
    }

    private static void end(int code, Throwable failure) {
        if (failure != null) {
            report(failure);
        }
        ApplicationLifecycleManager.getDefaultExitCodeHandler().accept(code, failure);
    }

    private static void report(Throwable failure) {
        Logger log = Logger.getLogger(Main.class);
        String before = "";
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof QuarkusBindException taken) {
                log.errorf("Cannot start: port %d is in use. Set quarkus.http.port.", taken.getPort());
                return;
            }
            if (cause instanceof BindException) { // the management interface has no exception of its own
                log.errorf("Cannot start: %s: %s. Set quarkus.management.port.", before, cause.getMessage());
                return;
            }
            if (cause instanceof ConfigValidationException) { // comes before there is a log
                System.err.println(cause.getMessage());
                return;
            }
            if (cause instanceof ConfigurationException) {
                log.errorf("Cannot start: %s", cause.getMessage());
                return;
            }
            before = cause.getMessage();
        }
        log.error("Cannot start", failure);
    }
}
