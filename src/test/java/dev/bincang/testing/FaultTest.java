package dev.bincang.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;

/** A test that is run {@code bincang.rounds} times: once by default, ten times in the profile {@code faults}. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith(FaultTest.Rounds.class)
public @interface FaultTest {

    /** Runs a test once per round. */
    final class Rounds implements TestTemplateInvocationContextProvider {

        @Override
        public boolean supportsTestTemplate(ExtensionContext context) {
            return true;
        }

        @Override
        public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
            return all().mapToObj(_ -> new Round());
        }

        /** For the source of a parameterized test, which repeats its parameters in each round. */
        public static IntStream all() {
            return IntStream.range(0, Integer.getInteger("bincang.rounds", 1));
        }
    }

    /** Has only a number, which JUnit assigns. */
    final class Round implements TestTemplateInvocationContext {}
}
