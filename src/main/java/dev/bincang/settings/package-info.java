/**
 * Declares and checks the valid values of settings. Each group of settings declares them at its methods ({@link
 * dev.bincang.settings.Range}, {@link dev.bincang.settings.Matches}). A rule between several settings is a {@link
 * dev.bincang.settings.SettingsRule}. {@code ops/SettingsCheck} checks all of them before anything else starts.
 *
 * <p>All packages may use this one; it uses none of ours.
 */
@NullMarked
package dev.bincang.settings;

import org.jspecify.annotations.NullMarked;
