import type { Settings } from '../config.ts';
import { makeImage } from '../drivers/images/make-image.ts';
import { odooRecipe, postgresRecipe } from '../drivers/images/recipes.ts';
import { progress } from './progress.ts';

/** `image-build [series]`: the images that Slipway can make without any registry. Those that are there stay. */
export const makeImages = async (settings: Settings, series = '19.0'): Promise<void> => {
  const recipes = [odooRecipe(series), postgresRecipe];
  for (const [done, recipe] of recipes.entries()) {
    progress(`image ${recipe.reference}`, { done, total: recipes.length });
    let last = 0;
    await makeImage({
      socket: settings.dockerSocket,
      recipe,
      log: (line) => {
        // mmdebstrap says a lot; a line every two seconds shows that it lives.
        if (Date.now() - last < 2000) return;
        last = Date.now();
        progress(`image ${recipe.reference}: ${line.trim().slice(0, 100)}`, { done, total: recipes.length });
      },
    });
  }
  process.stdout.write(`${JSON.stringify({ images: recipes.map((recipe) => recipe.reference) })}\n`);
};
