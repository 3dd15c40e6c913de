package dev.bincang.settings;

/**
 * What must hold between settings, or of a setting that is not ours.
 *
 * <p>To add one, implement this in a public class of your package, and name it in {@code ops/SettingsCheck.RULES}:
 *
 * <pre>{@code
 * public final class ProviderSettings implements SettingsRule {
 *     public void check(Settings settings) {
 *         if (settings.has("mp.jwt.verify.publickey.location") && !settings.has("mp.jwt.verify.issuer")) {
 *             settings.refuse("mp.jwt.verify.issuer", "set, because mp.jwt.verify.publickey.location is");
 *         }
 *     }
 * }
 * }</pre>
 *
 * <p>It runs before the application starts, so neither beans nor logging are there. The values of one setting of ours
 * need no rule: {@link Range} and {@link Matches} stand where it is declared.
 */
public interface SettingsRule {

    /** Tells {@link Settings#refuse} what is wrong; never throws. */
    void check(Settings settings);
}
