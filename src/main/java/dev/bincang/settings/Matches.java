package dev.bincang.settings;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a text, or each text of a list, has to look like. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Matches {

    /** No control characters, not blank, 200 characters at most. */
    String LINE = "(?=.*\\S)\\P{Cntrl}{1,200}";

    /** A regular expression for all of it. */
    String value();

    /** The same for people; follows "must be". */
    String says();
}
