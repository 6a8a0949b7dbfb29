/** Actions on the account: its settings and limits. */
@NullMarked
package dev.millrace.api.action.account;

import org.jspecify.annotations.NullMarked;
