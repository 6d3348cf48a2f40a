from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("signing", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="credential",
            name="locked_with",
            field=models.CharField(blank=True, default="", max_length=16, verbose_name="huella de la clave maestra"),
        ),
    ]
