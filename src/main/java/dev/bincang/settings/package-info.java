/**
 * Which values a setting takes. Each group of settings declares them beside its methods ({@link
 * dev.bincang.settings.Range}, {@link dev.bincang.settings.Matches}); what must hold between settings is a {@link
 * dev.bincang.settings.SettingsRule}. {@code ops/SettingsCheck} checks all of them before anything else starts.
 *
 * <p>Known to all packages, knows none.
 */
@NullMarked
package dev.bincang.settings;

import org.jspecify.annotations.NullMarked;
