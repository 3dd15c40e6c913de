/** The names and pictures of users, as their tokens told them last. {@code auth} reports them; everybody may read them. */
@NullMarked
package dev.bincang.people.profile;

import org.jspecify.annotations.NullMarked;
