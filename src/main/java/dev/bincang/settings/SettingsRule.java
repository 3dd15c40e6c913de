package dev.bincang.settings;

/**
 * A rule between several settings, or for a setting that is not ours.
 *
 * <p>To add a rule, implement this in a public class of your package, and add it to {@code ops/SettingsCheck.RULES}:
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
 * <p>A rule runs before the application starts, so there are no beans and no logging yet. The values of one of our own
 * settings need no rule: {@link Range} and {@link Matches} declare them at the setting.
 */
public interface SettingsRule {

    /** Reports what is wrong to {@link Settings#refuse}. Never throws. */
    void check(Settings settings);
}
