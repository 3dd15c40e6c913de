package dev.bincang.settings;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The pattern that a text, or each text of a list, must match. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Matches {

    /** A line of at most 200 characters that is not blank and has no control characters. */
    String LINE = "(?=.*\\S)\\P{Cntrl}{1,200}";

    /** A regular expression that the whole text must match. */
    String value();

    /** The same in words; it follows "must be". */
    String says();
}
